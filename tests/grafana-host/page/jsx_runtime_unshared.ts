// Grafana 11 shares nothing of React's JSX run time: a plugin must bring its own (see build.mjs).

export const jsxModules: Readonly<Record<string, object>> = {};
