// A bundler takes this old module's exports for its default, as node does; Table needs the default itself.
export { Scrollbars as default } from "./node_modules/react-custom-scrollbars-2/lib/index.js";
