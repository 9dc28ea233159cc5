# SPDX-License-Identifier: GPL-2.0-or-later
# What a Perl program typically keeps in memory: lines, words, hashes of
# records. Grows until it is stopped.
use strict;
use warnings;

my @files;
for my $dir (@INC) {
	push @files, glob("$dir/*.pm $dir/*/*.pm $dir/*/*.pl");
}
@files = sort @files;
my @kept;
while (1) {
	for my $path (@files) {
		open(my $in, '<', $path) or next;
		my (%words, @rows);
		while (my $line = <$in>) {
			$words{$_}++ for split(/\W+/, $line);
			push @rows, { file => $path, line => $., size => length $line,
				      text => $line };
		}
		close($in);
		push @kept, [\%words, \@rows];
	}
}
