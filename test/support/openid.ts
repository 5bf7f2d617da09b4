import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';

export interface Signer {
  email: string;
  email_verified: boolean;
}

export interface OpenIdProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who sits in front of it and signs in; nobody turns the request down. */
  who: Signer | undefined;
  /** No longer answers; `start` again on the same address. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

export interface OpenIdOptions {
  redirect: string;
  /** The address is told to who asks for it, not in the ID token. */
  emailByUserInfo?: boolean;
}

/** A real OpenID provider on loopback, in front of which one person sits and signs in at once. */
export async function startOpenId({ redirect, emailByUserInfo }: OpenIdOptions): Promise<OpenIdProvider> {
  const server = createServer();
  const listen = (port: number) =>
    new Promise<void>((ready, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', ready);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const clientId = 'rollcall';
  const clientSecret = `canary-client-secret-${randomBytes(8).toString('hex')}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const people = new Map<string, Signer>();
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirect],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [{ ...key, kid: 'test', use: 'sig', alg: 'RS256' } as never] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: emailByUserInfo === true,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
      Grant: 600,
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people.get(id) }),
    }),
    loadExistingGrant: async ({ oidc: { client, session, provider } }) => {
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  };
  const oidc = new Provider(issuer, configuration);
  const answer = oidc.callback();
  const openId: OpenIdProvider = {
    issuer,
    clientId,
    clientSecret,
    who: undefined,
    down: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
    up: () => listen(port),
    stop: async () => {
      if (server.listening) await openId.down();
    },
  };
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      void answer(request, response);
      return;
    }
    const { who } = openId;
    const id = randomBytes(8).toString('hex');
    if (who) people.set(id, who);
    void oidc.interactionFinished(
      request,
      response,
      who
        ? { login: { accountId: id, remember: false } }
        : { error: 'access_denied', error_description: 'Not me' },
      { mergeWithLastSubmission: false },
    );
  });
  return openId;
}

export interface Browser {
  /** Follows links and redirects until a page is shown. */
  open(url: string): Promise<{ url: string; status: number; page: string }>;
  /** Sends the page's form, as its button does. */
  press(page: { url: string; page: string }): Promise<{ status: number; page: string }>;
  cookies: Map<string, string>;
  /** What was said of each cookie besides its value. */
  flags: Map<string, string>;
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  const flags = new Map<string, string>();
  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const host = new URL(url).host;
    const mine = [...cookies].filter(([name]) => name.startsWith(`${host} `));
    const cookie = mine.map(([name, value]) => `${name.split(' ')[1]}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = '', more = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
      const over = /max-age=0(;|$)|expires=Thu, 01 Jan 1970/i.test(more);
      if (over) cookies.delete(`${host} ${name}`);
      else cookies.set(`${host} ${name}`, value);
      flags.set(name, more);
    }
    return answer;
  };
  return {
    cookies,
    flags,
    open: async (url) => {
      let at = url;
      for (let hops = 0; hops < 12; hops += 1) {
        const answer = await send(at);
        const location = answer.headers.get('location');
        if (!location) return { url: at, status: answer.status, page: await answer.text() };
        at = new URL(location, at).href;
      }
      throw new Error(`too many redirects, the last to ${at}`);
    },
    press: async ({ url, page }) => {
      const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`no form in ${page}`);
      const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
      const answer = await send(new URL(action, url).href, {
        method: 'POST',
        body: new URLSearchParams(
          fields.map(([, name = '', value = '']): [string, string] => [name, unescaped(value)]),
        ),
      });
      return { status: answer.status, page: await answer.text() };
    },
  };
}
