// The page that the way out of a sign-in leads to, where the portal is open in a tab of its own: its link leads back to the account.

const given = new URLSearchParams(location.search);
const name = given.get('name');
if (name) document.querySelector('h1').textContent = `You have left ${name}`;
const fields = new URLSearchParams({ view: 'accounts' });
for (const key of ['agency', 'role', 'account']) if (given.get(key)) fields.set(key, given.get(key));
document.querySelector('a').setAttribute('href', `./#clients?${fields}`);
