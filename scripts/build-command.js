// Makes the component of the web server as a command:
//
//   build/command-core.wasm (made by build-wasm.js) + wit/command.wit → build/epollux.wasm

import { writeFileSync } from "node:fs";
import { buildComponent } from "./build-component.js";

const component = await buildComponent({
  core: "build/command-core.wasm",
  wit: ["wit/command.wit", "wit/wasi.wit"],
  world: "command",
});
writeFileSync(new URL("../build/epollux.wasm", import.meta.url), component);
