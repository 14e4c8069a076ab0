// The arguments the module was started with; the first is the name of the program.

export function commandLine(): string[] {
  return process.argv;
}
