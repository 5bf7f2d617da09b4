import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Mail programs read inline styles; those that know dark mode read the classes too. */
const DARK = raw(`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14181b !important; }
  .card { background: #1c2226 !important; border-color: #333c42 !important; }
  .ink { color: #eef1f2 !important; }
  .soft { color: #a9b4ba !important; }
  .line { border-color: #333c42 !important; }
  .code { background: #14181b !important; color: #eef1f2 !important; border-color: #3e4a51 !important; }
  .action { background: #7fd6bd !important; color: #0d2b23 !important; }
  .link { color: #7fd6bd !important; }
}
</style>`);

const FONT = raw(
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
);

/** The sheet that every letter is written on. `preview` is what an inbox shows behind the subject. */
export const frame = (letter: { title: string; preview: string; body: Html; small: Html }): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${letter.title}</title>
${DARK}
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f4;${FONT}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${letter.preview}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;text-align:left">
<tr><td class="soft" style="padding:0 4px 14px;font-size:14px;font-weight:600;letter-spacing:.02em;color:#5c676d">Rollcall</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #dde3e1;border-radius:14px;padding:32px 28px">
<h1 class="ink" style="margin:0 0 14px;font-size:22px;line-height:1.3;font-weight:650;color:#1a2326">${letter.title}</h1>
${letter.body}
</td></tr>
<tr><td class="soft" style="padding:16px 4px 0;font-size:13px;line-height:1.5;color:#5c676d">${letter.small}</td></tr>
</table>
</td></tr></table>
</body>
</html>`);

export const paragraph = (content: Html | string): Html =>
  html`<p class="ink" style="margin:0 0 14px;font-size:16px;line-height:1.55;color:#1a2326">${content}</p>`;

export const action = (label: string, url: string): Html =>
  html`<p style="margin:24px 0 22px"><a class="action" href="${url}" style="display:inline-block;background:#17624f;color:#ffffff;text-decoration:none;font-size:16px;font-weight:600;line-height:1.25;padding:13px 24px;border-radius:9px">${label}</a></p>`;

export const facts = (rows: readonly (readonly [label: string, value: string])[]): Html =>
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 0">${rows.map(
    ([label, value]) =>
      html`<tr><td class="soft line" style="padding:9px 16px 9px 0;border-top:1px solid #e6ebe9;font-size:14px;line-height:1.45;color:#5c676d;vertical-align:top;white-space:nowrap">${label}</td><td class="ink line" style="padding:9px 0;border-top:1px solid #e6ebe9;font-size:15px;line-height:1.45;color:#1a2326;width:100%;word-break:break-word">${value}</td></tr>`,
  )}</table>`;

export const code = (text: string): Html =>
  html`<p class="code" style="margin:6px 0 18px;padding:14px 16px;background:#f3f5f4;border:1px solid #dde3e1;border-radius:9px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:16px;line-height:1.4;color:#1a2326;word-break:break-word">${text}</p>`;

/** The reader's time zone is unknown to a letter: it says which one it means. */
export const instant = (at: Date): string =>
  `${at.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}, ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })} UTC`;
