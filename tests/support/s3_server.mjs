// A small S3-compatible store for tests: keeps objects in memory, checks every signature (AWS Signature Version 4) and
// every payload's hash as the real one does, and misbehaves on request.
//
//   const store = await S3Server.start();
//   store.misbehave = (request) => request.method === 'PUT' && 'cut';   // '500', 'cut', 'corrupt', 'stall', 'deny', 'large', 'slow', or nothing
//   store.objects.get('room/…/recording.mp4')                            // Buffer
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const md5 = (data) => createHash('md5').update(data).digest();
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
const xml_escape = (text) => text.replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`);
const sum_header = 'x-amz-meta-sha256';

export class S3Server {
  bucket = 'talks';
  region = 'eu-test-1';
  access_key = 'AKTEST';
  secret_key = 'verysecret/key+with=signs';
  objects = new Map();
  uploads = new Map(); // uploadId → {key, parts: Map(number → Buffer)}
  requests = []; // {method, path, status, bytes}
  refused = []; // why signatures or hashes were not taken
  misbehave = () => undefined;
  /** What the store says instead of an MD5, as one that encrypts does. */
  opaque_etags = false;
  /** Whether what was sent in x-amz-meta-… is given back. */
  keeps_headers = true;
  /** Without the right to list the bucket, what is not there is forbidden. */
  may_list = true;
  #next_id = 1;

  static async start() {
    const store = new S3Server();
    store.server = createServer((request, response) => store.#serve(request, response));
    store.server.on('checkContinue', (request, response) => {
      response.writeContinue();
      store.#serve(request, response);
    });
    await new Promise((resolve) => store.server.listen(0, '127.0.0.1', resolve));
    store.endpoint = `http://127.0.0.1:${store.server.address().port}`;
    return store;
  }

  /** The `recording.upload` of a configuration that uploads here. */
  config(more = {}) {
    return { endpoint: this.endpoint, bucket: this.bucket, region: this.region, accessKey: this.access_key, secretKey: this.secret_key,
      partMb: 5, retrySeconds: 1, maxRetrySeconds: 2, ...more };
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #serve(request, response) {
    const fault = this.misbehave(request);
    const chunks = [];
    let bytes = 0;
    request.on('error', () => {});
    request.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (fault === 'cut' && bytes > 100_000) request.socket.destroy();
    });
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (fault === 'cut') return request.socket.destroy();
      if (fault === 'stall') return undefined;
      const [status, headers, text] = fault === '500' ? this.#problem(500, 'InternalError')
        : fault === 'deny' ? this.#problem(403, 'AccessDenied') : fault === 'large' ? this.#problem(413, 'EntityTooLarge')
        : fault === 'slow' ? this.#problem(400, 'RequestTimeout') : this.#answer(request, body, fault);
      this.requests.push({ method: request.method, path: request.url, status, bytes });
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : text);
      return undefined;
    });
  }

  #problem(status, code) {
    return [status, { 'content-type': 'application/xml' }, `<Error><Code>${code}</Code><Message>${code} it is</Message></Error>`];
  }

  #answer(request, body, fault) {
    const wrong = this.#signature_fault(request, body);
    if (wrong) {
      this.refused.push(wrong);
      return this.#problem(403, 'SignatureDoesNotMatch');
    }
    const url = new URL(request.url, this.endpoint);
    const path = decodeURIComponent(url.pathname);
    if (!path.startsWith(`/${this.bucket}/`)) return this.#problem(404, 'NoSuchBucket');
    const key = path.slice(this.bucket.length + 2);
    const id = url.searchParams.get('uploadId');
    const stored = fault === 'corrupt' && body.length > 0 ? Buffer.from(body).fill(body[0] ^ 1, 0, 1) : body;
    if (request.method === 'POST' && url.searchParams.has('uploads')) return this.#begin(key, request.headers[sum_header]);
    if (id !== null) {
      const upload = this.uploads.get(id);
      if (!upload || upload.key !== key) return this.#problem(404, 'NoSuchUpload');
      if (request.method === 'PUT') return this.#part(upload, Number(url.searchParams.get('partNumber')), stored);
      if (request.method === 'POST') return this.#complete(id, upload, body.toString());
      if (request.method === 'DELETE') {
        this.uploads.delete(id);
        return [204, {}, ''];
      }
    }
    if (request.method === 'PUT') {
      stored.sum = request.headers[sum_header];
      this.objects.set(key, stored);
      return [200, { etag: this.#etag(stored) }, ''];
    }
    const object = this.objects.get(key);
    if (!object) return this.may_list ? this.#problem(404, 'NoSuchKey') : this.#problem(403, 'AccessDenied');
    if (request.method === 'GET' || request.method === 'HEAD')
      return [200, { etag: object.etag ?? this.#etag(object), 'content-length': object.length, ...(object.sum && this.keeps_headers && { [sum_header]: object.sum }) }, object];
    return this.#problem(405, 'MethodNotAllowed');
  }

  #etag(data) {
    return this.opaque_etags ? '"not-an-md5"' : `"${md5(data).toString('hex')}"`;
  }

  #begin(key, sum) {
    const id = `upload/${this.#next_id++}&=`; // needs encoding
    this.uploads.set(id, { key, sum, parts: new Map() });
    return [200, {}, `<InitiateMultipartUploadResult><UploadId>${id.replace('&', '&amp;')}</UploadId></InitiateMultipartUploadResult>`];
  }

  #part(upload, number, data) {
    upload.parts.set(number, data);
    return [200, { etag: this.#etag(data) }, ''];
  }

  #complete(id, upload, text) {
    const listed = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;([^<]*)&quot;<\/ETag>/g)].map((m) => [Number(m[1]), m[2]]);
    const parts = listed.map(([number, etag]) => ({ etag, data: upload.parts.get(number) }));
    if (listed.length !== upload.parts.size || parts.some(({ etag, data }) => !data || this.#etag(data) !== `"${etag}"`))
      return [200, {}, '<Error><Code>InvalidPart</Code><Message>a part is missing</Message></Error>'];
    if (parts.slice(0, -1).some(({ data }) => data.length < 5 << 20)) return this.#problem(400, 'EntityTooSmall');
    const whole = Buffer.concat(parts.map(({ data }) => data));
    if (!this.opaque_etags) whole.etag = `"${md5(Buffer.concat(parts.map(({ data }) => md5(data)))).toString('hex')}-${parts.length}"`;
    whole.sum = upload.sum;
    this.objects.set(upload.key, whole);
    this.uploads.delete(id);
    return [200, {}, `<CompleteMultipartUploadResult><Key>${xml_escape(upload.key)}</Key></CompleteMultipartUploadResult>`];
  }

  /** What is wrong with the signature, by the public description of Signature Version 4; undefined when it is right. */
  #signature_fault(request, body) {
    const header = request.headers.authorization ?? '';
    const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
    if (!match) return `authorization: ${header}`;
    const [, access_key, day, region, signed_headers, signature] = match;
    if (access_key !== this.access_key || region !== this.region) return `${access_key} in ${region}`;
    const names = signed_headers.split(';');
    for (const name of ['host', 'x-amz-content-sha256', 'x-amz-date'])
      if (!names.includes(name)) return `${name} is not signed`;
    const claimed = request.headers['x-amz-content-sha256'];
    if (claimed !== sha256(body)) return 'the payload has another hash';
    const [path, query = ''] = request.url.split('?');
    const canonical_query = query.split('&').filter(Boolean).map((pair) => (pair.includes('=') ? pair : `${pair}=`)).sort().join('&');
    const canonical_headers = names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
    const canonical = [request.method, path, canonical_query, canonical_headers, signed_headers, claimed].join('\n');
    const date = request.headers['x-amz-date'];
    const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
    const key = [region, 's3', 'aws4_request'].reduce((k, part) => hmac(k, part), hmac(`AWS4${this.secret_key}`, day));
    if (hmac(key, text).toString('hex') !== signature) return `signature of:\n${canonical}`;
    return undefined;
  }
}
