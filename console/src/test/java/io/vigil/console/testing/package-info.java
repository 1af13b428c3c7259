/** What the tests share: the program as a process, a known frame log, readers of committed results, a browser. */
package io.vigil.console.testing;
