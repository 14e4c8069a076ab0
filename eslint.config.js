import js from "@eslint/js";
import tseslint from "typescript-eslint";

const node = {
  process: "readonly",
  console: "readonly",
  Buffer: "readonly",
  URL: "readonly",
  WebAssembly: "readonly",
  setTimeout: "readonly",
  clearTimeout: "readonly",
  setImmediate: "readonly",
  setInterval: "readonly",
  clearInterval: "readonly",
  performance: "readonly",
  TextEncoder: "readonly",
  TextDecoder: "readonly",
  AbortController: "readonly",
  AbortSignal: "readonly",
};
const browser = { document: "readonly", location: "readonly", performance: "readonly" };

export default tseslint.config(
  {
    // Decorators of declarations stand where TypeScript's grammar has none.
    ignores: [
      ...["**/build/", "**/target/", "node_modules/", "bench/results/"],
      "assembly/platform/imports.ts",
      "assembly/platform/wasi/bindings/",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  { languageOptions: { globals: node } },
  {
    files: ["host/run.js", "host/bundle.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { __dirname: "readonly", module: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["html/**/*.js", "parser/browser.js", "test/browser/**/*.js"],
    languageOptions: { globals: { ...browser, fetch: "readonly" } },
  },
  {
    files: ["host/dashboard/*.js"],
    languageOptions: { globals: { ...browser, EventSource: "readonly", ResizeObserver: "readonly" } },
  },
  {
    // AssemblyScript: TypeScript's grammar, but its own types and idioms.
    files: ["assembly/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { args: "none" }],
      "@typescript-eslint/no-namespace": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "no-undef": "off",
      // A u64 is not a number here.
      "no-loss-of-precision": "off",
      "prefer-const": "error",
    },
  },
);
