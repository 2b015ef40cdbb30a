/** An S3 server that checks signatures strictly, computing them with AWS's own library. */
import { createServer, type IncomingMessage } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Bucket {
  readonly settings: Record<string, string>;
  /** Its objects, by path. */
  readonly objects: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  stop(): void;
}

const credentials = { accessKeyId: "test-key", secretAccessKey: "a secret of many words" };
const region = "eu-central-1";

/** Starts the server. @param options.port the port that it had before; left out: any free one */
export async function startBucket({ port = 0 }: { port?: number } = {}): Promise<Bucket> {
  const objects: Bucket["objects"] = new Map();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const bytes = await read(request);
    if (!(await isSigned(request))) {
      response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
      return;
    }
    const found = objects.get(path);
    if (request.method === "PUT") {
      objects.set(path, { type: request.headers["content-type"] ?? "", bytes });
      response.end();
    } else if (request.method === "DELETE") {
      objects.delete(path);
      response.writeHead(204).end();
    } else if (found === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    } else {
      response.writeHead(200, { "content-type": found.type }).end(found.bytes);
    }
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const at = server.address();
  return {
    objects,
    settings: {
      SOCIAL_PICTURES_S3_URL: `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/pictures`,
      SOCIAL_PICTURES_S3_REGION: region,
      SOCIAL_PICTURES_S3_KEY_ID: credentials.accessKeyId,
      SOCIAL_PICTURES_S3_SECRET: credentials.secretAccessKey,
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function isSigned({ method = "GET", url = "/", headers }: IncomingMessage): Promise<boolean> {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers["x-amz-date"])) ?? [];
  if (second === undefined) return false;
  const signer = new SignatureV4({
    service: "s3",
    region,
    sha256: Sha256,
    credentials,
    uriEscapePath: false,
  });
  const again = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname: "127.0.0.1",
      path: url,
      query: {},
      headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  return again.headers.authorization === headers.authorization;
}
