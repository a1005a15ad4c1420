/**
 * Lets waiting messages in. Runs of the model resolve as microtasks, so a worker that only awaits them would not
 * hear of a cancelled call until the last one is done.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
