// The part of the WebAssembly JavaScript API that the host uses. TypeScript declares it in
// `lib.dom` only, which would bring `document` and all the rest of a browser along.

declare namespace WebAssembly {
  type ImportValue = (...values: number[]) => number;
  type Imports = Record<string, Record<string, ImportValue>>;

  interface ImportDescriptor {
    module: string;
    name: string;
    kind: "function" | "table" | "memory" | "global";
  }

  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  const Module: { imports(module: Module): ImportDescriptor[] };

  class Instance {
    readonly exports: Record<string, unknown>;
  }

  interface Memory {
    readonly buffer: ArrayBuffer;
  }

  class RuntimeError extends Error {}
  class LinkError extends Error {}

  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<Instance>;
}
