#!/bin/sh
# two blanks at the end  
	printf "%s\n" "$1"


