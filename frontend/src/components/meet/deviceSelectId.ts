/** The select of one kind of device: where « Choisir un autre » leads. */
export const deviceSelectId = (kind: MediaDeviceKind) => `choose-${kind}`;
