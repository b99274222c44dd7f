'use strict';
// Cameras, the alarms of a day, and what people say of them.

const pageSize = 100; // alarms shown at once
const report = window.foveaReport; // of `fovea report`: all there is; else a watch is asked
const byVideo = Boolean(report && report.byVideo); // times count from each video's start
const colours = ['#c0392b', '#2b6cb0', '#b7791f', '#6b46c1', '#2c7a7b', '#97266d'];
const onDark = ['#ff8578', '#6aa8e8', '#d9a441', '#b294f2', '#56bdbe', '#e884c0']; // the same, to be read there
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const byId = (id) => document.getElementById(id);
const filter = byId('filter');
const dialog = byId('alarm');
let alarms = [];   // of the day, newest first
let shown = [];    // those that the filter lets through
let count = 0;     // of shown that are in the list
let current = -1;  // index in shown of the open one
let labels = [];
let shownDay = '';
let loaded = ''; // the last answer: the list is left alone while it stays the same
let loads = 0;     // answers that are overtaken are thrown away

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text ?? '';
  if (className) made.className = className;
  return made;
}

// What the page is about: a day, or as much as the longest video; milliseconds
function span() {
  if (byVideo) return {start: 0, end: Math.max(1000, report.longest)};
  shownDay = filter.day.value || shownDay; // while one is typed there is none
  const start = new Date(`${shownDay}T00:00`);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return {start: start.getTime(), end: end.getTime()};
}

function reported(path) {
  if (path === 'api/cameras') return report.cameras;
  const asked = new URL(path, 'http://report/').searchParams;
  return report.alarms.filter((alarm) => alarm.begin < Number(asked.get('to')) && alarm.end >= Number(asked.get('from')));
}

async function ask(path, options) {
  if (report) return reported(path);
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${answer.status}: ${(await answer.text()).trim()}`);
  return answer.json();
}

function clock(time) {
  if (byVideo) {
    const seconds = Math.floor(time / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  return new Date(time).toLocaleTimeString([], {hourCycle: 'h23'});
}

const counted = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

function colour(label, among = colours) {
  const at = labels.indexOf(label);
  return among[(at < 0 ? 0 : at) % among.length];
}

// Of text and bars of the page itself; what lies over a picture has one of colours
const inkOf = (label) => colour(label, dark.matches ? onDark : colours);

function dayOf(now) {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

function fill(select, values) {
  const chosen = select.value;
  const known = [...select.options].map((option) => option.value);
  for (const value of new Set(values)) {
    if (!known.includes(value)) select.append(new Option(value, value));
  }
  select.value = chosen;
}

// --- cameras

function cameraItem(name) {
  const item = document.createElement('li');
  const image = document.createElement('img');
  image.alt = `picture of ${name}`;
  const line = document.createElement('p');
  line.append(element('span', name), element('span', ''));
  item.append(image, line);
  item.dataset.name = name;
  return item;
}

async function loadCameras() {
  try {
    const cameras = await ask('api/cameras');
    if (report) {
      fill(filter.camera, cameras.map((camera) => camera.name));
      byId('state').textContent = `${counted(cameras.length, byVideo ? 'video' : 'camera')}, ${counted(report.alarms.length, 'alarm')}`;
      return;
    }
    const list = byId('cameras');
    for (const camera of cameras) {
      let item = [...list.children].find((one) => one.dataset.name === camera.name);
      if (!item) list.append(item = cameraItem(camera.name));
      const state = item.querySelector('span:last-child');
      const good = camera.record_up ? 'up' : 'up, no clips: record_uri is down';
      state.textContent = camera.up ? (camera.picture === 'good' ? good : `picture ${camera.picture}`) : `down: ${camera.reason || 'not seen yet'}`;
      state.className = camera.up && camera.picture === 'good' && camera.record_up ? 'up' : 'down';
      item.className = camera.up ? '' : 'lost';
      if (camera.has_picture) item.querySelector('img').src = `pictures/${encodeURIComponent(camera.name)}?${Date.now()}`;
    }
    for (const item of [...list.children]) {
      if (!cameras.some((camera) => camera.name === item.dataset.name)) item.remove();
    }
    fill(filter.camera, cameras.map((camera) => camera.name));
    const down = cameras.filter((camera) => !camera.up).length;
    byId('state').textContent = `${counted(cameras.length, 'camera')}${down ? `, ${down} down` : ''}`;
    byId('state').className = down ? 'down' : '';
    document.body.classList.remove('unanswered');
    const {unkept} = await ask('api/state');
    byId('unkept').textContent = unkept ? `What happens is not kept, and not shown below: ${unkept}` : '';
  } catch (error) {
    document.body.classList.add('unanswered');
    byId('state').textContent = `no answer (${error.message})`;
    byId('state').className = 'down';
  }
}

// --- alarms

async function loadAlarms() {
  const load = ++loads;
  const {start, end} = span();
  let found;
  try {
    found = await ask(`api/alarms?from=${start}&to=${end}`);
  } catch (error) {
    if (load === loads) byId('trouble').textContent = `The alarms cannot be told now (${error.message}).`;
    return;
  }
  const text = JSON.stringify(found);
  if (load !== loads) return;
  byId('trouble').textContent = '';
  if (text === loaded) return;
  loaded = text;
  alarms = found;
  labels = [...new Set([...labels, ...alarms.map((alarm) => alarm.label)])].sort();
  fill(filter.label, labels);
  fill(filter.camera, alarms.map((alarm) => alarm.camera)); // one may be gone, or called otherwise by now
  applyFilter();
}

function applyFilter() {
  const open = shown[current];
  const least = Number(filter.least.value) || 0;
  shown = alarms.filter((alarm) =>
    (!filter.camera.value || alarm.camera === filter.camera.value) &&
    (!filter.label.value || alarm.label === filter.label.value) && alarm.score >= least &&
    (!filter.verdict.value || (alarm.verdict || 'none') === filter.verdict.value));
  current = open ? shown.findIndex((alarm) => alarm.id === open.id) : -1;
  const kept = Math.max(count, pageSize);
  byId('alarms').replaceChildren();
  count = 0;
  showMore(kept);
  byId('empty').hidden = shown.length > 0;
  byId('empty').textContent = alarms.length ? `No alarm ${byVideo ? '' : 'of this day '}passes the filter.` : `No alarm${byVideo ? '' : ' on this day'}.`;
  drawTimeline();
}

function alarmItem(alarm, index) {
  const button = document.createElement('button');
  button.type = 'button';
  const label = element('span', alarm.label, 'label');
  label.style.color = inkOf(alarm.label);
  button.append(element('span', clock(alarm.begin)), element('span', alarm.camera), label,
    element('span', alarm.score.toFixed(2)), element('span', alarm.verdict || (report || alarm.ended ? '' : 'goes on'), `verdict ${alarm.verdict || ''}`));
  button.addEventListener('click', () => open(index));
  const item = document.createElement('li');
  item.append(button);
  return item;
}

function showMore(most = pageSize) {
  const items = shown.slice(count, count + most).map((alarm, i) => alarmItem(alarm, count + i));
  byId('alarms').append(...items);
  count += items.length;
  byId('more').hidden = count >= shown.length;
}

const timelineRows = () => [...new Set([...filter.camera.options].map((option) => option.value).filter(Boolean))];
const rowHeight = (rows) => Math.max(3, Math.min(24, Math.floor(1200 / Math.max(rows.length, 1))));

let namesWidth = 0; // left of the bars

function drawTimeline() {
  const canvas = byId('timeline');
  const rows = timelineRows();
  const height = rowHeight(rows);
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = width * scale;
  canvas.height = (Math.max(rows.length, 1) * height + 20) * scale;
  canvas.style.height = `${canvas.height / scale}px`;
  const draw = canvas.getContext('2d');
  draw.scale(scale, scale);
  draw.font = '12px system-ui, sans-serif';
  const ink = getComputedStyle(document.body).color;
  const {start, end} = span();
  namesWidth = height > 12 ? Math.min(width / 4, Math.max(0, ...rows.map((name) => draw.measureText(name).width)) + 8) : 0;
  const x = (time) => namesWidth + (time - start) / (end - start) * (width - namesWidth);
  draw.fillStyle = ink;
  const parts = width < 500 ? 4 : 8;
  for (let part = 0; part < parts; ++part) {
    const time = start + (end - start) * part / parts;
    draw.globalAlpha = 0.25;
    draw.fillRect(x(time), 0, 1, rows.length * height);
    draw.globalAlpha = 1;
    draw.fillText(byVideo ? clock(time) : clock(time).slice(0, 5), x(time) + 3, Math.max(rows.length, 1) * height + 14);
  }
  rows.forEach((name, row) => {
    draw.globalAlpha = 0.6;
    let text = namesWidth > 0 ? name : '';
    while (text.length > 1 && draw.measureText(text).width > namesWidth - 8) text = text.slice(0, -2) + '…';
    draw.fillText(text, 4, row * height + height * 2 / 3);
    draw.globalAlpha = 1;
  });
  for (const alarm of shown) {
    draw.fillStyle = inkOf(alarm.label);
    draw.globalAlpha = alarm.verdict === 'nothing' ? 0.3 : 1;
    draw.fillRect(x(alarm.begin), rows.indexOf(alarm.camera) * height + height / 8,
      Math.max(3, x(alarm.end) - x(alarm.begin)), height * 3 / 4);
  }
}

byId('timeline').addEventListener('click', (event) => {
  const {start, end} = span();
  const time = start + (event.offsetX - namesWidth) / (byId('timeline').clientWidth - namesWidth) * (end - start);
  const rows = timelineRows();
  const camera = rows[Math.floor(event.offsetY / rowHeight(rows))];
  let best = -1;
  shown.forEach((alarm, i) => {
    if (alarm.camera !== camera) return;
    if (best < 0 || Math.abs(alarm.begin - time) < Math.abs(shown[best].begin - time)) best = i;
  });
  if (best >= 0) open(best);
});

// --- one alarm

const video = dialog.querySelector('video');

// Why there is nothing to play; a clip is whole some time behind its alarm
function withoutClip(alarm) {
  const clipWithin = 90_000; // ms
  return report || (alarm.ended && Date.now() - alarm.end > clipWithin) ? '; no clip was kept' : '; no clip yet';
}

function open(index) {
  current = index;
  const alarm = shown[index];
  dialog.querySelector('h2').textContent = `${alarm.label}, ${alarm.camera}`;
  dialog.querySelector('.facts').textContent =
    `${byVideo ? clock(alarm.begin) : new Date(alarm.begin).toLocaleString()}, ${((alarm.end - alarm.begin) / 1000).toFixed(1)} s, ` +
    `score ${alarm.score.toFixed(2)}${alarm.persons.length ? `, persons ${alarm.persons.join(', ')}` : ''}` +
    `${alarm.clip ? '' : withoutClip(alarm)}`;
  video.poster = alarm.still ? (report ? alarm.still : `stills/${alarm.id}`) : '';
  if (alarm.clip) {
    video.src = report ? alarm.clip : `clips/${alarm.id}`;
    video.play().catch(() => {});
  } else {
    video.removeAttribute('src');
    video.load();
  }
  for (const button of dialog.querySelectorAll('.judge button[value]')) {
    button.setAttribute('aria-pressed', String(button.value === (alarm.verdict || '')));
  }
  if (!dialog.open) dialog.showModal();
  drawBox();
  drawCourse();
  loadCourse(alarm);
}

// How the alarm came about, window by window, and where the strongest one looked
async function loadCourse(alarm) {
  if (alarm.isWhole || !alarm.line || report) return;
  try {
    const {course, alarm: told} = await ask(`lines/${alarm.id}`);
    alarm.course = course;
    alarm.isWhole = told.event === 'end'; // until then this is how it began
    if (shown[current] !== alarm) return;
    drawBox();
    drawCourse();
  } catch (error) { /* retention was faster */ }
}

// The score by time, under the clip: the higher a bar, the more its moment speaks for the label
function drawCourse() {
  const course = shown[current]?.course;
  const canvas = dialog.querySelector('.course');
  canvas.hidden = !course || !course.windows.length;
  if (canvas.hidden) return;
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * scale;
  canvas.height = height * scale;
  const draw = canvas.getContext('2d');
  draw.scale(scale, scale);
  draw.fillStyle = inkOf(shown[current].label);
  const start = course.windows[0][0];
  const end = Math.max(...course.windows.map((one) => one[1]), start + 0.001);
  const x = (time) => (time - start) / (end - start) * width;
  course.windows.forEach(([from, to, score], i) => {
    const next = i + 1 < course.windows.length ? course.windows[i + 1][0] : to; // windows overlap
    draw.globalAlpha = 0.3 + 0.7 * score;
    draw.fillRect(x(from), height * (1 - score), Math.max(1, x(next) - x(from) - 1), height * score);
  });
  const strongest = course.windows.reduce((a, b) => (b[2] > a[2] ? b : a));
  canvas.title = `scores from ${clock(shown[current].begin)} on; the strongest, ${strongest[2].toFixed(2)}, ` +
    `${(strongest[0] - start).toFixed(1)} s behind the first`;
  canvas.setAttribute('aria-label', canvas.title);
}

// The box of the evidence and the regions with their weights, over the picture as the player fits it in
function drawBox() {
  const canvas = dialog.querySelector('.clip canvas');
  const alarm = shown[current];
  if (!alarm || !alarm.clip || !video.videoWidth) {
    canvas.width = 0;
    return;
  }
  const scale = Math.min(video.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
  canvas.width = video.videoWidth * scale;
  canvas.height = video.videoHeight * scale;
  const draw = canvas.getContext('2d');
  draw.strokeStyle = draw.fillStyle = colour(alarm.label);
  const place = ([left, top, width, height]) =>
    [left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height];
  const regions = (alarm.course ? alarm.course.regions : []).filter(([, , width, height]) => width < 1 || height < 1);
  const most = Math.max(...regions.map((region) => region[4]), 0);
  draw.font = '600 13px system-ui, sans-serif';
  for (const region of regions) {
    const [left, top, width, height] = place(region);
    const weight = `${Math.round(region[4] * 100)} %`;
    draw.globalAlpha = 0.25 * (most > 0 ? region[4] / most : 0);
    draw.fillRect(left, top, width, height);
    draw.globalAlpha = 1;
    draw.fillRect(left, top, draw.measureText(weight).width + 12, 20);
    draw.fillStyle = '#fff';
    draw.fillText(weight, left + 6, top + 15);
    draw.fillStyle = draw.strokeStyle;
  }
  draw.lineWidth = 3;
  draw.strokeRect(...place(alarm.box));
}

async function judge(verdict) {
  const alarm = shown[current];
  if (!alarm || report) return; // a report is written once
  try {
    await ask(`api/alarms/${alarm.id}/verdict`, {method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({verdict})});
    alarm.verdict = verdict;
    const item = byId('alarms').children[current];
    if (item) item.replaceWith(alarmItem(alarm, current));
    open(current);
    drawTimeline();
  } catch (error) {
    dialog.querySelector('.facts').textContent = `not kept: ${error.message}`;
  }
}

function step(by) {
  const next = current + by;
  if (next < 0 || next >= shown.length) return;
  while (next >= count) showMore();
  open(next);
}

dialog.querySelector('.judge').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.classList.contains('close')) dialog.close();
  else if (button.dataset.by) step(Number(button.dataset.by)); // where there are no arrows
  else judge(button.value);
});
dialog.addEventListener('close', () => {
  video.pause();
  byId('alarms').children[current]?.querySelector('button').focus();
});
dialog.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return; // the browser's own
  const act = {t: () => judge('true'), n: () => judge('nothing'), ArrowLeft: () => step(-1), ArrowRight: () => step(1),
    ' ': () => (video.paused ? video.play() : video.pause())}[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
byId('alarms').addEventListener('keydown', (event) => {
  const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const item = event.target.closest('li');
  if (!by || !item) return;
  event.preventDefault();
  (by > 0 ? item.nextElementSibling : item.previousElementSibling)?.querySelector('button').focus();
});
video.addEventListener('loadedmetadata', drawBox);
video.addEventListener('error', () => {
  const alarm = shown[current];
  if (!alarm?.clip || !video.currentSrc) return;
  const link = element('a', 'this browser does not play it: save it');
  link.href = video.currentSrc;
  link.download = '';
  dialog.querySelector('.facts').append('; ', link);
});
new ResizeObserver(() => { drawBox(); drawCourse(); }).observe(video); // it settles behind the first frame
window.addEventListener('resize', drawTimeline);
dark.addEventListener('change', applyFilter);
byId('more').addEventListener('click', () => showMore());
filter.addEventListener('submit', (event) => event.preventDefault());
filter.addEventListener('input', (event) => {
  if (event.target === filter.day) { if (filter.day.value) loadAlarms(); } else applyFilter();
});

let today = dayOf(new Date());

// A page that is left open shows the day that it is
function followDay(now) {
  const day = dayOf(now);
  if (filter.day.value === today) filter.day.value = day;
  today = day;
}

filter.day.value = dayOf(report && report.alarms.length ? new Date(report.alarms[0].begin) : new Date()); // newest first
if (report) document.body.classList.add('report');
if (byVideo) filter.day.parentElement.hidden = true;
loadCameras().then(loadAlarms);
if (!report) {
  setInterval(loadCameras, 2000);
  setInterval(() => {
    if (dialog.open) return;
    followDay(new Date());
    loadAlarms();
  }, 5000);
}
