/**
 * Whether an address is Slack's own: it comes in a payload or an answer of Slack's and is checked all the same, so that
 * nothing else on the network is reachable by it. The Web API's own origin counts where another one is set.
 */
export function isSlackAddress(url: string, host: 'hooks' | 'files', apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  if (apiUrl && origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && [`${host}.slack.com`, `${host}.slack-gov.com`].includes(hostname);
}
