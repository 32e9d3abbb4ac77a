/** Asks again until the answer is truthy; fails with `what` after `within` milliseconds. */
export async function until(what, ask, { within = 15_000, every = 100 } = {}) {
  const deadline = performance.now() + within;
  let last;
  for (;;) {
    last = await ask();
    if (last) return last;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
