/** The controller's page: incidents with switches, and the notifications received. One file, no outside assets. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Feature store demo</title>
<link rel="icon" href="data:,">
<style>
  :root {
    color-scheme: light dark;
    --back: light-dark(#f6f7f9, #14171c); --card: light-dark(#fff, #1d2128); --text: light-dark(#1b2430, #e4e8ee);
    --soft: light-dark(#5b6675, #98a3b3); --line: light-dark(#e1e5eb, #2c323c); --accent: light-dark(#b4450b, #f29a5c);
    --critical: light-dark(#b3261e, #ff8a80); --warning: light-dark(#8a5a00, #f4c152); --ok: light-dark(#1c7a44, #6fd39b);
  }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif }
  main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
  header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; margin-bottom: 1.5rem }
  h1 { font-size: 1.45rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .75rem }
  #state { color: var(--soft); flex: 1 }
  .grid { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)) }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .85rem 1rem; display: grid;
    grid-template-columns: 1fr auto; gap: .15rem .75rem; align-content: start }
  .card.on { border-color: var(--accent); box-shadow: inset 3px 0 var(--accent) }
  .card h3 { margin: 0; font-size: 1rem } .card p { margin: 0; color: var(--soft); font-size: .88rem; grid-column: 1 / -1 }
  .card code { font-size: .78rem; overflow-wrap: anywhere }
  button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .4rem;
    padding: .3rem .8rem; cursor: pointer }
  button:hover:not(:disabled) { border-color: var(--soft) } button:disabled { opacity: .45; cursor: default }
  button[role=switch] { inline-size: 2.9rem; block-size: 1.6rem; border-radius: 1rem; padding: 0; position: relative;
    background: var(--line); border: 0 }
  button[role=switch]::after { content: ''; position: absolute; inset: .2rem auto .2rem .2rem; inline-size: 1.2rem;
    border-radius: 50%; background: var(--card); transition: translate .15s }
  button[role=switch][aria-checked=true] { background: var(--accent) }
  button[role=switch][aria-checked=true]::after { translate: 1.3rem }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem }
  table { border-collapse: collapse; inline-size: 100%; font-size: .9rem }
  th, td { text-align: start; padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top }
  tr:last-child td { border-bottom: 0 } th { color: var(--soft); font-weight: 600 }
  td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums }
  .critical { color: var(--critical) } .warning { color: var(--warning) } .resolved { color: var(--ok) }
  .empty { color: var(--soft); padding: 1rem }
</style>
<main>
  <header>
    <h1>Feature store demo</h1>
    <span id="state" role="status">Loading …</span>
    <button id="recover">Switch all off</button>
  </header>
  <h2>Incidents</h2>
  <div class="grid" id="incidents"></div>
  <h2>Notifications received</h2>
  <div class="scroll" id="notifications"></div>
</main>
<script>
  const byId = (id) => document.getElementById(id);
  const make = (tag, fields, ...children) => {
    const node = Object.assign(document.createElement(tag), fields);
    node.append(...children);
    return node;
  };
  const ask = async (method, path) => {
    const answer = await fetch(path, { method });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error);
    return body;
  };
  const act = (method, path) => ask(method, path).then(refresh, (error) => { byId('state').textContent = error.message; });

  const drawn = {};
  function drawIncidents(incidents) {
    const on = incidents.filter((incident) => incident.active).length;
    byId('state').textContent = on === 0 ? 'All is well.' : on + (on === 1 ? ' incident on.' : ' incidents on.');
    byId('recover').disabled = on === 0;
    for (const incident of incidents) {
      let card = drawn[incident.name];
      if (!card) {
        const toggle = make('button', { type: 'button' });
        toggle.setAttribute('role', 'switch');
        toggle.setAttribute('aria-label', incident.title);
        toggle.onclick = () => act(toggle.ariaChecked === 'true' ? 'DELETE' : 'POST', 'incidents/' + incident.name);
        const more = [make('code', { textContent: incident.name })];
        if (incident.alerts.length > 0) more.push(' alerts: ' + incident.alerts.join(', '));
        if (incident.unavailable) { more.push(' — ' + incident.unavailable); toggle.disabled = true; }
        card = make('section', { className: 'card' }, make('h3', { textContent: incident.title }), toggle,
          make('p', { textContent: incident.effect }), make('p', {}, ...more));
        drawn[incident.name] = Object.assign(card, { toggle });
        byId('incidents').append(card);
      }
      card.classList.toggle('on', incident.active);
      card.toggle.ariaChecked = String(incident.active);
    }
  }

  let last;
  function drawNotifications(notifications) {
    const newest = notifications.at(-1)?.id ?? 0;
    if (newest === last) return;
    last = newest;
    const rows = notifications.slice(-100).reverse().map((notification) => {
      const alerts = notification.alerts.map((alert) => make('div', {},
        make('strong', { className: alert.status === 'resolved' ? 'resolved' : alert.labels.severity ?? '',
          textContent: alert.labels.alertname ?? '(no name)' }),
        ' ' + (alert.annotations.description ?? alert.annotations.summary ?? '')));
      return make('tr', {},
        make('td', { textContent: new Date(notification.receivedAt).toLocaleString() }),
        make('td', { textContent: notification.receiver }),
        make('td', { textContent: notification.status, className: notification.status }),
        make('td', {}, ...alerts));
    });
    const head = make('tr', {}, ...['Time', 'Receiver', 'Status', 'Alerts'].map((textContent) => make('th', { textContent })));
    byId('notifications').replaceChildren(rows.length === 0
      ? make('div', { className: 'empty', textContent: 'None yet. Alertmanager posts to /webhook.' })
      : make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)));
  }

  async function refresh() {
    try {
      const [incidents, notifications] = await Promise.all([ask('GET', 'incidents'), ask('GET', 'notifications')]);
      drawIncidents(incidents);
      drawNotifications(notifications);
    } catch (error) {
      byId('state').textContent = 'The controller does not answer: ' + error.message;
    }
  }
  byId('recover').onclick = () => act('DELETE', 'incidents');
  refresh();
  setInterval(refresh, 2000);
</script>
</html>
`;
