#!/usr/bin/perl
# Passes bytes between the one who connects and a port of the loopback, as a broker's hop does at the least. The first
# line of standard output is the port it listens on.
#
#   perl relay.pl PORT
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_TCP TCP_NODELAY);

my ($port) = @ARGV;
die "usage: perl relay.pl PORT\n" unless defined $port;

socket(my $listener, PF_INET, SOCK_STREAM, 0) or die "cannot open a socket: $!\n";
bind($listener, pack_sockaddr_in(0, INADDR_LOOPBACK)) && listen($listener, 1) or die "cannot listen: $!\n";
$| = 1;
print +(unpack_sockaddr_in(getsockname $listener))[0], "\n";

accept(my $near, $listener) or die "cannot accept: $!\n";
socket(my $far, PF_INET, SOCK_STREAM, 0) or die "cannot open a socket: $!\n";
connect($far, pack_sockaddr_in($port, INADDR_LOOPBACK)) or die "cannot connect to $port: $!\n";
setsockopt($_, IPPROTO_TCP, TCP_NODELAY, 1) for $near, $far;

while (1) {
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for $near, $far;
    next if select($readable, undef, undef, undef) < 0;
    pass($near, $far) if vec $readable, fileno $near, 1;
    pass($far, $near) if vec $readable, fileno $far,  1;
}

# Ends with either of the two.
sub pass {
    my ($from, $to) = @_;
    sysread $from, my $bytes, 65_536 or exit 0;
    while (length $bytes) {
        my $count = syswrite $to, $bytes or exit 0;
        substr $bytes, 0, $count, '';
    }
}
