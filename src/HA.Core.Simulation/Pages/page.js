// Reads drawings out to whoever points at them, by mouse, finger or arrow keys. The page is whole without it.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const read = document.getElementById('read'), count = data.when.length;
  const plots = [...document.querySelectorAll('.plot[data-fig]')];
  const lines = plots.map(p => {
    const line = p.appendChild(document.createElement('i'));
    line.className = 'cross';
    line.hidden = true;
    return line;
  });
  let at = -1;
  const show = (plot, column) => {
    at = Math.max(0, Math.min(count - 1, column));
    lines.forEach(l => { l.hidden = false; l.style.left = (at + .5) / count * 100 + '%'; });
    read.hidden = false;
    read.textContent = data.when[at] + ' — ' + (data[plot.dataset.fig] || [])[at];
  };
  const hide = () => { read.hidden = true; lines.forEach(l => l.hidden = true); };
  plots.forEach(plot => {
    plot.addEventListener('pointermove', e => {
      const box = plot.getBoundingClientRect();
      show(plot, Math.floor((e.clientX - box.left) / box.width * count));
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', e => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[e.key];
      if (e.key === 'Escape') hide();
      if (step === undefined) return;
      e.preventDefault();
      show(plot, at + step);
    });
  });
})();
