export const canShare = () => navigator.mediaDevices !== undefined && 'getDisplayMedia' in navigator.mediaDevices;
