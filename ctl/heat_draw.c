// SPDX-License-Identifier: GPL-2.0-or-later
/* The strip of a device, in colours or in characters. */
#include "heat_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LEVELS 8

/* Of the 256 colours: deep blue over violet and red to yellow. */
static const unsigned char colour[LEVELS] = { 17, 19, 55, 90, 125, 160, 208, 226 };
static const char shade[LEVELS + 1] = ".:-=+*#@";

size_t heat_draw_width(void)
{
	struct winsize w;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col > 10)
		return w.ws_col - 2 < 400 ? w.ws_col - 2 : 400;
	return 64;
}

bool heat_draw_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

static void draw_level(int level, bool colours)
{
	if (level < 0)
		fputs(colours ? "\033[0m " : " ", stdout);
	else if (colours)
		printf("\033[48;5;%um ", colour[level]);
	else
		putchar(shade[level]);
}

void heat_draw_strip(const struct heat *h, enum heat_order order, bool colours)
{
	size_t i;

	putchar('|');
	for (i = 0; i < h->nr_cells; i++)
		draw_level(heat_cell_level(&h->cell[i], order, h->oldest,
					   LEVELS), colours);
	puts(colours ? "\033[0m|" : "|");
}

void heat_draw_scale(bool colours)
{
	int level;

	fputs("cold ", stdout);
	for (level = 0; level < LEVELS; level++)
		draw_level(level, colours);
	puts(colours ? "\033[0m hot, blank: empty" : " hot, blank: empty");
}
