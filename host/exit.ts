// What has to be done whatever ends the process. One listener for all of it: Node warns of more
// than ten.

const tasks = new Set<() => void>();

process.once("exit", () => {
  for (const task of tasks) task();
});

/** Does this when the process exits; returns what calls it off. */
export function atExit(task: () => void): () => void {
  tasks.add(task);
  return () => void tasks.delete(task);
}
