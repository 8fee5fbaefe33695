// Debian's Firefox ESR, driven over WebDriver BiDi by puppeteer-core.
import puppeteer from 'puppeteer-core';

const prefs = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.getdisplaymedia.enabled': true,
  'media.getusermedia.screensharing.enabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  // On this machine alone: loopback, and no names that only mDNS knows.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'toolkit.telemetry.enabled': false,
};

export const launch_firefox = () => puppeteer.launch({
  browser: 'firefox', protocol: 'webDriverBiDi', headless: true,
  executablePath: process.env.TESSERA_FIREFOX ?? '/usr/bin/firefox-esr',
  extraPrefsFirefox: prefs,
});
