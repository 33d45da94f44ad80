const REFUSED = 'Access refused';
const NOT_NOW = 'Not right now';

// What happened, and what to do; each story has words of its own for some.
const WORDS = {
  verification_required: {
    eyebrow: REFUSED,
    title: 'A proof is missing',
    what: 'We cannot go on without it.',
    next: 'Do the check above, then send again.',
  },
  verification_rejected: {
    eyebrow: REFUSED,
    title: 'Your proof was not accepted',
    what: 'It does not show what we ask for, it is too old, or it was used before.',
    next: 'Do the check again, then send again. What you typed is still here.',
  },
  verification_pending: {
    eyebrow: REFUSED,
    title: 'Your check is not finished',
    what: 'We have no answer from your phone yet.',
    next: 'Finish it there, then send again.',
  },
  verification_limited: {
    eyebrow: NOT_NOW,
    title: 'That was too often',
    what: 'To protect you, this is only possible a few times in a row.',
    next: 'Wait a moment, then try again.',
  },
  verification_unavailable: {
    eyebrow: NOT_NOW,
    title: 'We cannot check this right now',
    what: 'The service that checks it does not answer. That is not your fault, and nothing was decided.',
    next: 'Send again in a moment. Your proof and what you typed are still here.',
  },
  no_answer: {
    eyebrow: NOT_NOW,
    title: 'The shop does not answer',
    what: 'Your connection may be down, or the shop is.',
    next: 'Send again in a moment. Nothing you typed is lost.',
  },
};
const UNKNOWN = {
  eyebrow: NOT_NOW,
  title: 'Something went wrong',
  what: 'The shop could not make sense of that.',
  next: 'Send again in a moment.',
};

/** Says in the form's own place what was refused and what to do about it, and takes the focus there. */
export function showRefusal(form, { status, code, seconds }, words = {}) {
  const { eyebrow, title, what, next } = { ...(WORDS[code] ?? UNKNOWN), ...words[code] };
  const box = form.querySelector('.refusal');
  const wait = seconds > 0 ? ` You can try again in ${waitOf(seconds)}.` : '';
  box.classList.toggle('mild', eyebrow === NOT_NOW);
  box.replaceChildren(
    paragraph('eyebrow', eyebrow),
    paragraph('title', title),
    paragraph('', what),
    paragraph('next', next + wait),
    paragraph('small', `${code ?? 'error'} · ${status || 'no status'}`),
  );
  box.hidden = false;
  box.focus();
}

/** Takes back what was said before. */
export function clearRefusal(form) {
  const box = form.querySelector('.refusal');
  box.hidden = true;
  box.replaceChildren();
}

function paragraph(style, text) {
  const node = document.createElement('p');
  if (style) node.className = style;
  node.textContent = text;
  return node;
}

function waitOf(seconds) {
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
