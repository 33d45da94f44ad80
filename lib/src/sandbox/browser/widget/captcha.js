import { ask } from './widget.js';
import { SolvingWidget, tokensOf } from './solving.js';

/**
 * Puts a stand-in into every element of a class, as the captcha's own script does. `data-sitekey`, `data-action` and the
 * callbacks are read from the element. `fieldOf` gets its `dataset` and returns the name of the field. Returns the
 * methods of the script's global object.
 */
export function standIn(script, className, fieldOf) {
  class Captcha extends SolvingWidget {
    get tokens() {
      const { sitekey, action } = this.dataset;
      return tokensOf(script, { sitekey, action });
    }

    get fieldName() {
      return fieldOf(this.dataset);
    }

    solved() {
      globalThis[this.dataset.callback]?.(this.token);
    }

    expired() {
      globalThis[this.dataset.expiredCallback]?.();
    }

    failed(error) {
      globalThis[this.dataset.errorCallback]?.(error.message);
    }
  }
  const tag = `${className}-stand-in`;
  customElements.define(tag, Captcha);
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll(`.${className}`);
  const widgets = [...places].map(place => {
    const widget = /** @type {Captcha} */ (document.createElement(tag));
    Object.assign(widget.dataset, place.dataset);
    place.append(widget);
    return widget;
  });
  return {
    reset: () => {
      for (const widget of widgets) widget.reset();
    },
    getResponse: () => widgets[0]?.token ?? '',
    /** A token without a widget. */
    tokenFor: async parameters => (await ask(tokensOf(script, parameters))).token,
  };
}
