import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/**
 * A program such as the platform runs: it reads a folder at its start and when told to, refuses content it does
 * not like, and says what it has loaded. Arguments: port, folder, greeting.
 */
const [port = '', folder = '', greeting = ''] = process.argv.slice(2);

let loaded = load();

function load(): Record<string, string> {
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
  const bad = Object.keys(files).find((name) => files[name]?.includes('nonsense'));
  if (bad !== undefined) throw new Error(`${bad}: nonsense is not understood`);
  return files;
}

console.log(`${greeting} on ${port}`);
if (greeting === 'broken') throw new Error('this greeting cannot be said');

createServer((request, response) => {
  if (request.url === '/reload' && request.method === 'POST') {
    try {
      loaded = load();
      response.end('ok');
    } catch (error) {
      response.writeHead(500).end(`failed to load: ${(error as Error).message}`);
    }
  } else if (request.url === '/state') {
    response.end(JSON.stringify({ pid: process.pid, greeting, loaded, env: process.env }));
  } else {
    response.writeHead(request.url === '/health' ? 200 : 404).end();
  }
}).listen(Number(port), '127.0.0.1');
