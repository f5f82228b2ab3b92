// The right pane: a card per map, or what to do while there is none.

import type { Format, Poller, TargetStatus } from "bpflens";
import { useMemo } from "preact/hooks";
import { Card } from "../cards/card.tsx";
import { choiceKey, groupByMap } from "../cards/map_group.ts";
import type { Appearance } from "../charts/palette.ts";

interface ResultsProps {
  readonly poller: Poller;
  readonly target: string;
  readonly status: TargetStatus;
  /** Right edge of the charts, in milliseconds since the epoch. */
  readonly shownUntil: number;
  readonly windowMinutes: number;
  readonly formats: Readonly<Record<string, Format>>;
  readonly appearance: Appearance;
  /** `key`: see {@link choiceKey}. */
  onFormat(key: string, format: Format): void;
}

export function Results(props: ResultsProps) {
  const { poller, target, status, shownUntil, windowMinutes, formats, appearance, onFormat } = props;
  const span = useMemo(
    () => ({ from: shownUntil - windowMinutes * 60_000, to: shownUntil }),
    [shownUntil, windowMinutes],
  );
  const groups = groupByMap(poller.session.metrics(target));
  if (groups.length === 0) return <Empty status={status} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard through the tab order
    <section class="cards" aria-label="Maps" tabIndex={0}>
      {groups.map((group) => (
        <Card
          key={group.map}
          session={poller.session}
          target={target}
          group={group}
          chosenFormat={formats[choiceKey(group)]}
          span={span}
          appearance={appearance}
          onFormat={(format) => onFormat(choiceKey(group), format)}
        />
      ))}
    </section>
  );
}

function Empty({ status }: { readonly status: TargetStatus }) {
  const { title, text } = emptyText(status);
  return (
    <div class="empty" data-testid="empty">
      <strong>{title}</strong>
      <span>{text}</span>
    </div>
  );
}

function emptyText(status: TargetStatus): { title: string; text: string } {
  switch (status.state) {
    case "registering":
    case "starting":
      return { title: "Starting bpftrace", text: "Its maps appear here as soon as the probes are attached." };
    case "running":
      return { title: "Attached", text: "The first values come within a second or two." };
    case "error":
      return { title: "The script did not start", text: "The list below the editor says why." };
    default:
      return {
        title: "No script is running",
        text: "Choose one from the gallery or write your own, then press Run.",
      };
  }
}
