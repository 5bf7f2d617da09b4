// Reads the secret from the fragment, which never reaches a server by itself, and posts it. Every state is drawn by the
// server; the browser's part is to ask the device.
const ceremonies = {
  create: (optionsJSON) => SimpleWebAuthnBrowser.startRegistration({ optionsJSON }),
  get: (optionsJSON) => SimpleWebAuthnBrowser.startAuthentication({ optionsJSON }),
};

const put = (next, title) => {
  document.querySelector('main').replaceWith(next);
  if (title) document.title = title;
  for (const time of next.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  }
  next.querySelector('h1').focus();
  if (next.dataset.state === 'done') history.replaceState(null, '', location.pathname);
};

const copy = (name) => document.getElementById(name).content.cloneNode(true);

const busy = (is) => {
  const main = document.querySelector('main');
  main.setAttribute('aria-busy', String(is));
  for (const button of main.querySelectorAll('button')) button.disabled = is;
};

const say = (form, name) => {
  const alert = form.querySelector('[role=alert]');
  alert.replaceChildren(copy(name));
  alert.hidden = false;
};

const ask = async (path, body) => {
  busy(true);
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
    });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    put(page.querySelector('main'), page.title);
  } catch {
    const offline = copy('offline').querySelector('main');
    offline.querySelector('button').addEventListener('click', () => ask(path, body));
    put(offline);
  }
};

/** What the browser says of a device that gave no answer, as the words of ours that fit it. */
const whyNot = ({ name, code }) =>
  name === 'InvalidStateError' || code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    ? 'known'
    : name === 'SecurityError'
      ? 'address'
      : name === 'NotAllowedError' || name === 'AbortError'
        ? 'dismissed'
        : 'unable';

let token = '';

const prove = async (form) => {
  const { ceremony, options, seen } = form.dataset;
  form.querySelector('[role=alert]').hidden = true;
  busy(true);
  let response;
  try {
    response = await ceremonies[ceremony](JSON.parse(options));
  } catch (error) {
    busy(false);
    say(form, whyNot(error));
    return;
  }
  await ask(form.getAttribute('action'), { token, seen, response });
};

const show = (typed) => {
  token = typed;
  ask(`${location.pathname}/show`, { token });
};

const start = () => {
  const secret = location.hash.slice(1);
  if (secret) show(secret);
  else put(copy('incomplete').querySelector('main'));
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.ceremony) prove(form);
  else show(new FormData(form).get('token'));
});

document.getElementById('checking').hidden = false;
addEventListener('hashchange', start);
start();
