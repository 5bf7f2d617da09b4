import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { Hono } from 'hono';

const LIBRARIES: Readonly<Record<string, string>> = {
  preact: import.meta.resolve('preact'),
  'preact/hooks': import.meta.resolve('preact/hooks'),
  htm: import.meta.resolve('htm'),
};

const IMPORT_MAP = JSON.stringify({
  imports: Object.fromEntries(
    Object.keys(LIBRARIES).map((name) => [name, `/playground/library/${name}.mjs`]),
  ),
});

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`,
  "style-src 'self'",
  "style-src-attr 'none'",
  "img-src 'self' data: http: https:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SHEETS = ['base', 'layout', 'panels', 'message', 'blocks', 'inputs', 'modal'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>Rollcall playground</title>
<link rel="icon" href="/playground/page/icon.svg" type="image/svg+xml">
${SHEETS.map((sheet) => `<link rel="stylesheet" href="/playground/page/style/${sheet}.css">`).join('\n')}
<script type="importmap">${IMPORT_MAP}</script>
<script type="module" src="/playground/page/main.ts"></script>
</head>
<body>
<div id="root"></div>
<noscript>The playground is a small chat and needs JavaScript.</noscript>
</body>
</html>
`;

const SOURCE = /^(?:[\w-]+\/)?[\w-]+\.(?<kind>ts|css|svg)$/;
const TYPES = { ts: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

/** The page and its parts, straight from their sources: types are stripped, nothing is built. */
export function servePage(): Hono {
  const routes = new Hono();
  routes.get('/', (c) => {
    c.header('content-security-policy', CONTENT_SECURITY_POLICY);
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    return c.html(PAGE);
  });
  routes.get('/playground/library/:name{.+}', async (c) => {
    const address = LIBRARIES[c.req.param('name').replace(/\.mjs$/, '')];
    if (!address) return c.notFound();
    return c.body(await readFile(new URL(address), 'utf8'), 200, {
      'content-type': 'text/javascript',
      'cache-control': 'max-age=3600',
    });
  });
  routes.get('/playground/page/:path{.+}', async (c) => {
    const path = c.req.param('path');
    const kind = SOURCE.exec(path)?.groups?.kind;
    if (kind !== 'ts' && kind !== 'css' && kind !== 'svg') return c.notFound();
    const source = await readFile(new URL(`page/${path}`, import.meta.url), 'utf8').catch(() => undefined);
    if (source === undefined) return c.notFound();
    const body = kind === 'ts' ? stripTypeScriptTypes(source) : source;
    return c.body(body, 200, {
      'content-type': TYPES[kind],
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
  });
  return routes;
}
