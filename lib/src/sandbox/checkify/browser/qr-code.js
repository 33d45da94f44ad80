const SIZE = 29;
const CORNERS = [
  [0, 0],
  [SIZE - 7, 0],
  [0, SIZE - 7],
];

/** A picture that looks like a QR code: always the same for the same text. No phone can scan it. */
export function qrCode(text) {
  const svg = draw('svg', {
    viewBox: '0 0 33 33',
    class: 'qr',
    role: 'img',
    'aria-label': 'QR code for the phone',
    'shape-rendering': 'crispEdges',
  });
  svg.append(draw('path', { d: modulesOf(text) }));
  return svg;
}

function modulesOf(text) {
  let seed = [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  let path = '';
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      const corner = CORNERS.find(
        ([left, top]) => x >= left - 1 && x <= left + 7 && y >= top - 1 && y <= top + 7,
      );
      const isDark = corner ? isFinder(x - corner[0], y - corner[1]) : random() < 0.48;
      if (isDark) path += `M${x + 2} ${y + 2}h1v1h-1z`;
    }
  }
  return path;
}

/** A corner is a dark ring around a dark square. */
function isFinder(x, y) {
  const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
  return ring === 3 || ring <= 1;
}

function draw(tag, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
