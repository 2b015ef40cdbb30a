/** `node bare.js PORT ADDRESS`: a bare server that answers every request with the bytes and headers of one address. */
import { createServer } from "node:http";

const [port = "0", address = ""] = process.argv.slice(2);
const found = await fetch(address);
const body = Buffer.from(await found.arrayBuffer());
const headers = Object.fromEntries(
  [...found.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name)),
);

createServer((_request, response) => {
  response.writeHead(200, headers).end(body);
}).listen(Number(port), "127.0.0.1");
