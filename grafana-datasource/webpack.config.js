// Builds the plugin as Grafana's loader wants it: one AMD module, the host's libraries shared, everything else in chunks.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import CopyPlugin from "copy-webpack-plugin";
import { EsbuildPlugin } from "esbuild-loader";
import webpack from "webpack";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version, name: id } = JSON.parse(readFileSync(folder("package.json"), "utf8"));

/** Oldest JavaScript that the browsers of Grafana 11.1 run. */
const target = "es2021";

/** What every Grafana since 11.1 shares; `react/jsx-runtime` is not among it. */
const shared = [
  "react",
  "react-dom",
  "rxjs",
  "rxjs/operators",
  "@grafana/data",
  "@grafana/runtime",
  "@grafana/ui",
];

export default (_environment, { mode }) => ({
  mode,
  target: ["web", target],
  context: folder("src"),
  entry: { module: "./module.ts" },
  devtool: mode === "production" ? "source-map" : "eval-source-map",
  externals: shared,
  output: {
    path: folder("dist"),
    filename: "[name].js",
    chunkFilename: "[name].[contenthash:8].js",
    assetModuleFilename: "[name].[contenthash:8][ext]",
    library: { type: "amd" },
    // Until `core/public_path.ts` learns the real folder from Grafana: a CDN, a sub-path.
    publicPath: `public/plugins/${id}/`,
    uniqueName: id,
    crossOriginLoading: "anonymous",
    clean: true,
  },
  resolve: { extensions: [".ts", ".tsx", ".js"] },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        exclude: /node_modules/,
        loader: "esbuild-loader",
        // createElement of the host's React: elements of another runtime are refused by React 19 or by React 18.
        options: { target, jsx: "transform", tsconfigRaw: {} },
      },
      { test: /\.bt$/, type: "asset/source" },
    ],
  },
  optimization: { minimizer: [new EsbuildPlugin({ target })] },
  performance: false,
  plugins: [
    new webpack.ProvidePlugin({ React: "react" }),
    new CopyPlugin({
      patterns: [
        { from: "plugin.json", transform: stamp },
        { from: "img", to: "img" },
        { from: "grafana-*-dark.png", to: "img", context: folder("../docs/img") },
        { from: "dashboards/*.json" },
        { from: folder("README.md") },
        { from: folder("CHANGELOG.md") },
        { from: folder("../LICENSE"), to: "LICENSE", toType: "file" },
      ],
    }),
  ],
});

/** Fills the version and the day of the build into plugin.json; SOURCE_DATE_EPOCH makes the day reproducible. */
function stamp(content) {
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const today = (seconds ? new Date(Number(seconds) * 1000) : new Date()).toISOString().slice(0, 10);
  return content.toString().replaceAll("%VERSION%", version).replaceAll("%TODAY%", today);
}
