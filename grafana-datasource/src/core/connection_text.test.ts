import { expect, test } from "vitest";
import { connectionLoss } from "./connection_text";

test("a host that answers needs no words", () => {
  expect(connectionLoss({ state: "connected" })).toBeUndefined();
});

test("the reason stands before the advice, as a sentence of its own", () => {
  for (const message of ["HTTP 502: Bad Gateway", "HTTP 502: Bad Gateway."]) {
    expect(connectionLoss({ state: "disconnected", message })).toMatch(
      /^No connection to the host: HTTP 502: Bad Gateway\. It .*settings/,
    );
  }
  expect(connectionLoss({ state: "disconnected" })).toMatch(/^No connection to the host: no answer\. /);
});
