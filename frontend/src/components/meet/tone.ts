/** Two soft notes through the chosen loudspeaker, one second. */
export async function playTone(speakerId: string | null): Promise<void> {
  const context = new AudioContext();
  try {
    const output = context.createMediaStreamDestination();
    const gain = context.createGain();
    gain.gain.value = 0.15;
    gain.connect(output);
    for (const [index, hertz] of [523, 659].entries()) {
      const note = context.createOscillator();
      note.frequency.value = hertz;
      note.connect(gain);
      note.start(context.currentTime + index * 0.4);
      note.stop(context.currentTime + index * 0.4 + 0.35);
    }
    const element = new Audio();
    element.srcObject = output.stream;
    if (speakerId !== null && 'setSinkId' in element) await element.setSinkId(speakerId).catch(() => undefined);
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    element.pause();
  } finally {
    await context.close();
  }
}
