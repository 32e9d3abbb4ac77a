// Fails the build when what people download has outgrown product.md, section 13. Sizes are gzip.
import { readdirSync, readFileSync } from 'node:fs';

// Fetched once and then kept, beside the pages.
const workerLimit = 3; // KB
const html = readFileSync('dist/index.html', 'utf8');
const files = readdirSync('dist/assets').filter((name) => /\.(js|css)$/.test(name));
const isAtStart = (name) => html.includes(`/assets/${name}`);
const kilobytes = (names) => names.reduce((sum, name) => sum + readFileSync(`dist/assets/${name}.gz`).length, 0) / 1024;
// Drawn only by those who open the statistics.
const isOnDemand = (name) => name.startsWith('StatsChart');
const scripts = files.filter((name) => name.endsWith('.js'));

const budgets = [
  ['JavaScript at start', scripts.filter(isAtStart), 200],
  ['CSS', files.filter((name) => name.endsWith('.css')), 25],
  ['JavaScript that the call adds', scripts.filter((name) => !isAtStart(name) && !isOnDemand(name)), 215],
  ['Charts, on demand', scripts.filter(isOnDemand), 35],
];
const worker = readFileSync('dist/sw.js.gz').length / 1024;
console.log(`Service worker: ${worker.toFixed(1)} of ${workerLimit} KB`);
if (worker > workerLimit) process.exitCode = 1;
for (const [what, names, limit] of budgets) {
  const size = kilobytes(names);
  console.log(`${what}: ${size.toFixed(1)} of ${limit} KB`);
  if (size > limit) process.exitCode = 1;
}
