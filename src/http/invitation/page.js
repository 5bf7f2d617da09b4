// Reads the secret from the fragment, which never reaches a server by itself, and posts it. Every state is drawn by the
// server; without a script the same forms work by themselves.
const put = (next, title) => {
  document.querySelector('main').replaceWith(next);
  if (title) document.title = title;
  for (const time of next.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = `${at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}, your time`;
  }
  next.querySelector('h1').focus();
  if (next.dataset.state === 'accepted') history.replaceState(null, '', location.pathname);
};

const copy = (name) => document.getElementById(name).content.cloneNode(true).querySelector('main');

const ask = async (path, token) => {
  const main = document.querySelector('main');
  main.setAttribute('aria-busy', 'true');
  for (const button of main.querySelectorAll('button')) button.disabled = true;
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      cache: 'no-store',
      credentials: 'omit',
    });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    put(page.querySelector('main'), page.title);
  } catch {
    const offline = copy('offline');
    offline.querySelector('button').addEventListener('click', () => ask(path, token));
    put(offline);
  }
};

const start = () => {
  const token = location.hash.slice(1);
  if (token) ask('/invitations/show', token);
  else put(copy('incomplete'));
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.plain !== undefined) return;
  event.preventDefault();
  ask(form.getAttribute('action'), new FormData(form).get('token'));
});

if (document.querySelector('main').dataset.state === 'checking') {
  document.getElementById('checking').hidden = false;
  addEventListener('hashchange', start);
  start();
}
