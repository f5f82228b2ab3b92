// The box beside the cursor of a chart. Its texts come from the kernel, so they are only ever set as text.

/** One line of a tooltip. */
export interface TooltipRow {
  readonly colour?: string;
  readonly label: string;
  readonly value: string;
}

export class Tooltip {
  readonly #box = document.createElement("div");
  readonly #frame: HTMLElement;

  /** `frame` must be positioned; the box stays inside it. */
  constructor(frame: HTMLElement) {
    this.#frame = frame;
    this.#box.className = "tooltip";
    this.#box.hidden = true;
    this.#box.dataset.testid = "tooltip";
    frame.append(this.#box);
  }

  /** Shows the rows beside a point of the frame, in CSS pixels. */
  show(left: number, top: number, heading: string, rows: readonly TooltipRow[]): void {
    this.#box.replaceChildren(textElement("div", "time", heading), ...rows.map(rowElement));
    this.#box.hidden = false;
    const { clientWidth, clientHeight } = this.#frame;
    const { offsetWidth, offsetHeight } = this.#box;
    const x = left + 14 + offsetWidth > clientWidth ? left - 14 - offsetWidth : left + 14;
    const y = Math.min(top + 10, clientHeight - offsetHeight);
    this.#box.style.left = `${Math.max(x, 0)}px`;
    this.#box.style.top = `${Math.max(y, 0)}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}

function rowElement(row: TooltipRow): HTMLElement {
  const element = document.createElement("div");
  element.className = "row";
  if (row.colour !== undefined) {
    const swatch = textElement("span", "swatch", "");
    swatch.style.background = row.colour;
    element.append(swatch);
  }
  element.append(textElement("span", "label", row.label), textElement("b", "value", row.value));
  return element;
}

function textElement(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
