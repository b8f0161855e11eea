/** Made by settings.js. */
declare var demoSettings: {
  force: boolean;
  hasNative: boolean;
  remember(force: boolean): void;
};
