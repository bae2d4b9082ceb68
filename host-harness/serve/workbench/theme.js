// Before anything is drawn: light or dark, so that nothing flashes.
document.documentElement.dataset.theme = localStorage.getItem('clientdesk-theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
