// Package oracle holds kuniq's readers and formats against programs and libraries
// of other people. Its tests are not where the code is: the modules that programs
// import require nothing for their tests alone.
package oracle
