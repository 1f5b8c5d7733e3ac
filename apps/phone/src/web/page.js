'use strict';

const $ = id => document.getElementById(id);
const WIDTH = 1080, HEIGHT = 2400;
// Keys of a keyboard that are no characters, by their Android names.
const KEYS = {
  Enter: 'ENTER', Backspace: 'DEL', Delete: 'FORWARD_DEL', Escape: 'BACK', Tab: 'TAB', ArrowUp: 'DPAD_UP',
  ArrowDown: 'DPAD_DOWN', ArrowLeft: 'DPAD_LEFT', ArrowRight: 'DPAD_RIGHT', Home: 'MOVE_HOME', End: 'MOVE_END',
};

function tell(text, bad = false) {
  $('told').textContent = text;
  $('told').classList.toggle('bad', bad);
}

// One wish after the other, in the order in which they were made.
let queue = Promise.resolve();
function ask(path, line) {
  queue = queue.then(async () => {
    const reply = await fetch(path, { method: 'POST', body: line });
    const told = await reply.json();
    tell(told.status ? (told.err || told.out).trim() : '', true);
    return told;
  }).catch(error => tell(`the phone does not answer (${error.message}): is it still running?`, true));
  return queue;
}
const shell = line => ask('shell', line);
const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

function place(event) {
  const box = $('picture').getBoundingClientRect();
  const scale = (at, size, most) => Math.min(most - 1, Math.max(0, Math.round(at / size * most)));
  return [scale(event.clientX - box.left, box.width, WIDTH), scale(event.clientY - box.top, box.height, HEIGHT)];
}

let down = null;
$('screen').addEventListener('pointerdown', event => {
  event.preventDefault();
  $('screen').focus();
  $('screen').setPointerCapture(event.pointerId);
  down = { at: place(event), time: event.timeStamp };
});
$('screen').addEventListener('pointerup', event => {
  if (!down) return;
  const [from, to] = [down.at, place(event)];
  const millis = Math.round(event.timeStamp - down.time);
  down = null;
  const far = Math.hypot(to[0] - from[0], to[1] - from[1]) > 24;
  if (!far && millis < 500) shell(`input tap ${from.join(' ')}`);
  else shell(`input swipe ${from.join(' ')} ${(far ? to : from).join(' ')} ${millis}`);
});
$('screen').addEventListener('pointercancel', () => { down = null; });
$('screen').addEventListener('wheel', event => {
  event.preventDefault();
  const [x, y] = place(event);
  const to = Math.min(HEIGHT - 200, Math.max(200, y - Math.sign(event.deltaY) * 500));
  shell(`input swipe ${x} ${y} ${x} ${to} 200`);
}, { passive: false });
$('screen').addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (KEYS[event.key]) shell(`input keyevent ${KEYS[event.key]}`);
  // `input text` takes %s for a space.
  else if (event.key.length === 1) shell(`input text ${quoted(event.key === ' ' ? '%s' : event.key)}`);
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll('[data-key]')) {
  button.addEventListener('click', () => shell(`input keyevent ${button.dataset.key}`));
}
for (const form of document.querySelectorAll('[data-console]')) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const fields = new FormData(form);
    const line = form.dataset.console.replace(/\{(\w+)\}/g, (_, name) => fields.get(name).replaceAll('\n', ' '));
    const told = await ask('console', line);
    if (told && !told.status) tell(told.out.trim() || 'done');
  });
}
$('ask').addEventListener('submit', async event => {
  event.preventDefault();
  const told = await shell($('ask').elements.line.value);
  if (!told) return;
  $('answer').hidden = false;
  $('answer').textContent = told.out + told.err || `(nothing; status ${told.status})`;
});

function frame(bounds) {
  const [left, top, right, bottom] = (bounds.match(/\d+/g) ?? []).map(Number);
  $('frame').hidden = bottom === undefined;
  const share = (at, most) => `${at / most * 100}%`;
  Object.assign($('frame').style, {
    left: share(left, WIDTH), top: share(top, HEIGHT), width: share(right - left, WIDTH), height: share(bottom - top, HEIGHT),
  });
}

function branch(node) {
  const item = document.createElement('li');
  const label = document.createElement('span');
  const part = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    label.append(element);
  };
  const get = name => node.getAttribute(name) ?? '';
  part('b', get('class').split('.').pop());
  if (get('text')) part('span', ` "${get('text')}"`);
  if (get('content-desc')) part('span', ` (${get('content-desc')})`);
  if (get('resource-id')) part('i', ` ${get('resource-id').split('/').pop()}`);
  const on = ['clickable', 'checked', 'focused', 'scrollable', 'selected'].filter(flag => get(flag) === 'true');
  if (get('enabled') === 'false') on.push('disabled');
  if (on.length) part('span', ` ${on.join(' ')}`);
  label.addEventListener('mouseenter', () => frame(get('bounds')));
  label.addEventListener('mouseleave', () => { $('frame').hidden = true; });
  item.append(label);
  if (node.children.length) item.append(branches(node));
  return item;
}
function branches(node) {
  const list = document.createElement('ul');
  list.append(...Array.from(node.children, branch));
  return list;
}

async function look(version) {
  $('picture').src = `screen.png?${version}`;
  const xml = await (await fetch('tree.xml')).text();
  const dump = new DOMParser().parseFromString(xml, 'application/xml');
  $('tree').replaceChildren(branches(dump.documentElement));
  $('frame').hidden = true;
}

// A button for each fault that is on; a click switches it off.
function show(faults) {
  $('on').replaceChildren(...faults.map(fault => {
    const button = document.createElement('button');
    button.textContent = `${fault} ×`;
    button.title = 'Switch off';
    button.addEventListener('click', () => ask('console', `fault clear ${fault.split('=')[0]}`));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}

const events = new EventSource('events');
events.onmessage = event => {
  const news = JSON.parse(event.data);
  if (news.screen !== look.last) {
    look.last = news.screen;
    look(news.screen);
  }
  show(news.faults);
  for (const line of news.lines) {
    const item = document.createElement('li');
    item.textContent = line;
    $('log').append(item);
    item.scrollIntoView({ block: 'nearest' });
  }
};
events.onerror = () => tell('the phone does not answer: is it still running?', true);
events.onopen = () => tell('');
