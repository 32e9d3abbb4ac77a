// Drawn people for the cameras of README's pictures: one Y4M file each, which Chromium plays in place of a device.
import { writeFileSync } from 'node:fs';

const [width, height, frames, framesPerSecond] = [1280, 720, 24, 20];

export const amina = {
  wall: ['#f3e3d3', '#d9bfa6'], skin: '#b97a56', hair: '#2b1b17', top: '#2f6f6a', shelf: '#8a5f43', hairIsLong: true,
};
export const bruno = {
  wall: ['#d6e2ee', '#9fb6cd'], skin: '#e7b793', hair: '#6b4a2f', top: '#394b7a', shelf: '#5c6b7c', hairIsLong: false,
};

/** Writes the person's picture, head gently moving, to `file`; any page of any site can draw it. */
export async function drawPortrait(page, person, file) {
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  const parts = [header];
  for (let frame = 0; frame < frames; frame++) {
    const turn = (2 * Math.PI * frame) / frames;
    const planes = await page.evaluate(drawFrame, { person, width, height, sway: Math.sin(turn), blink: frame === 5 });
    parts.push(Buffer.from('FRAME\n'), Buffer.from(planes, 'base64'));
  }
  writeFileSync(file, Buffer.concat(parts));
}

/** Runs in the page: one frame as I420, in base64. */
function drawFrame({ person, width, height, sway, blink }) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const ellipse = (x, y, across, down, colour) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, across, down, 0, 0, 2 * Math.PI);
    pen.fill();
  };
  const box = (x, y, wide, high, colour, radius = 0) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(x, y, wide, high, radius);
    pen.fill();
  };

  const wall = pen.createLinearGradient(0, 0, width, height);
  person.wall.forEach((colour, at) => wall.addColorStop(at, colour));
  box(0, 0, width, height, wall);
  // A window on the left, a shelf with books and a plant on the right.
  box(90, 70, 250, 330, '#ffffffb0', 6);
  box(104, 84, 104, 302, '#cfe6f5');
  box(222, 84, 104, 302, '#dceefa');
  box(930, 250, 290, 14, person.shelf, 3);
  ['#b5483a', '#d9a441', '#4b7a5a', '#34506b', '#a0522d', '#e8dcc8'].forEach((colour, at) =>
    box(945 + at * 25, 150 + (at % 3) * 12, 20, 100 - (at % 3) * 12, colour, 2));
  for (let leaf = -3; leaf <= 3; leaf++) {
    pen.save();
    pen.translate(1170, 205);
    pen.rotate(leaf * 0.3);
    ellipse(0, -42, 10, 46, leaf % 2 ? '#3f7d55' : '#56976a');
    pen.restore();
  }
  box(1142, 200, 56, 50, '#c9714f', 8);

  const x = width / 2 + sway * 9;
  const y = 300 + Math.abs(sway) * 4;
  if (person.hairIsLong) {
    ellipse(x, y + 40, 168, 240, person.hair);
    box(x - 168, y + 20, 336, 300, person.hair, 90);
  }
  ellipse(width / 2, 800, 360, 280, person.top);
  box(x - 54, y + 110, 108, 150, person.skin, 44);
  box(x - 54, y + 140, 108, 46, '#00000018', 20);
  ellipse(x - 126, y + 14, 20, 34, person.skin);
  ellipse(x + 126, y + 14, 20, 34, person.skin);
  ellipse(x, y + 10, 128, 164, person.skin);
  if (person.hairIsLong) {
    pen.save();
    pen.beginPath();
    pen.ellipse(x, y + 10, 132, 168, 0, 0, 2 * Math.PI);
    pen.clip();
    ellipse(x - 70, y - 150, 150, 110, person.hair);
    ellipse(x + 90, y - 160, 140, 105, person.hair);
    pen.restore();
  } else {
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, width, y - 60);
    pen.clip();
    ellipse(x, y - 32, 140, 152, person.hair);
    pen.restore();
    ellipse(x - 34, y - 82, 92, 38, person.hair);
    ellipse(x + 56, y - 84, 72, 32, person.hair);
  }
  for (const side of [-1, 1]) {
    const eye = x + side * 48 + sway * 4;
    box(eye - 26, y - 40, 52, 8, person.hair, 4);
    if (blink) box(eye - 20, y - 4, 40, 5, '#00000055', 3);
    else {
      ellipse(eye, y - 2, 21, 13, '#fdfaf6');
      ellipse(eye, y - 2, 10, 11, '#2a201c');
      ellipse(eye + 3, y - 6, 3, 3, '#ffffff');
    }
    ellipse(x + side * 74, y + 62, 26, 16, '#d9534f22');
  }
  pen.strokeStyle = '#00000033';
  pen.lineWidth = 6;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(x + sway * 4, y + 10);
  pen.quadraticCurveTo(x + 16 + sway * 4, y + 50, x - 4 + sway * 4, y + 54);
  pen.stroke();
  pen.fillStyle = '#8f2f35';
  pen.beginPath();
  pen.moveTo(x - 46, y + 88);
  pen.quadraticCurveTo(x, y + 102, x + 46, y + 88);
  pen.quadraticCurveTo(x, y + 140, x - 46, y + 88);
  pen.fill();
  pen.fillStyle = '#fdfaf6';
  pen.beginPath();
  pen.moveTo(x - 38, y + 92);
  pen.quadraticCurveTo(x, y + 104, x + 38, y + 92);
  pen.quadraticCurveTo(x, y + 116, x - 38, y + 92);
  pen.fill();

  const { data } = pen.getImageData(0, 0, width, height);
  const planes = new Uint8Array((width * height * 3) / 2);
  const luma = width * height;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * 4;
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
      planes[row * width + column] = 0.299 * red + 0.587 * green + 0.114 * blue;
      if (row % 2 || column % 2) continue;
      const chroma = luma + (row / 2) * (width / 2) + column / 2;
      planes[chroma] = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
      planes[chroma + luma / 4] = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
    }
  }
  let text = '';
  for (let at = 0; at < planes.length; at += 0x8000) text += String.fromCharCode(...planes.subarray(at, at + 0x8000));
  return btoa(text);
}
