#!/usr/bin/perl
# A device's end of a pseudo terminal: bytes on standard input go to whoever has the terminal open, what they send goes
# to standard output. The first line of standard output is the terminal's path. Written for the perl that every Debian
# has (perl-base), so that a fake device needs no compiler, no root and no native module.
#
#   perl pty.pl LINK
#
# Standard error tells, a line each: "opened" and "released" (somebody has it open; nobody any more), "discarded …" (bytes
# that nobody took), and else why it cannot go on.
#
# LINK is made by the caller. When this process ends, because standard input ended with the caller or because of
# SIGTERM, it removes LINK if it still leads to this terminal.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NOCTTY O_NONBLOCK);
use POSIX qw(EAGAIN EINTR EIO);

# From Linux's asm-generic/ioctls.h: the same on x86-64 and arm64.
my $TIOCSPTLCK = 0x40045431;
my $TIOCGPTN   = 0x80045430;

# Bytes that wait for a reader who has the terminal open but does not read. More are discarded, and standard error says so.
my $waiting_limit = 1_048_576;
# A terminal that nobody has open cannot be waited on (it always counts as readable), so it is looked at this often.
my $look_s = 0.01;

my ($link) = @ARGV;
die "usage: perl pty.pl LINK\n" unless defined $link;

my $ended = 0;
$SIG{TERM} = sub { $ended = 1 };
# Ctrl-C reaches the whole process group. The caller decides what it means, and then ends standard input.
$SIG{INT} = $SIG{HUP} = $SIG{PIPE} = 'IGNORE';

sysopen(my $master, '/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK) or die "cannot open /dev/ptmx: $!\n";
my $unlock = pack 'i', 0;
ioctl($master, $TIOCSPTLCK, $unlock) or die "cannot unlock a pseudo terminal: $!\n";
my $number = pack 'I', 0;
ioctl($master, $TIOCGPTN, $number) or die "cannot number a pseudo terminal: $!\n";
my $path = '/dev/pts/' . unpack 'I', $number;

# Raw, so that no byte means anything; and nothing unread left over from whoever had it open before. A real port forgets
# what it received when it is closed, a pseudo terminal does not.
sub make_fresh {
    sysopen(my $slave, $path, O_RDWR | O_NOCTTY | O_NONBLOCK) or return 0;
    my $termios = POSIX::Termios->new;
    $termios->getattr(fileno $slave);
    $termios->setiflag(0);
    $termios->setoflag(0);
    $termios->setlflag(0);
    $termios->setcflag(POSIX::CS8 | POSIX::CREAD | POSIX::CLOCAL);
    $termios->setcc(POSIX::VMIN,  1);
    $termios->setcc(POSIX::VTIME, 0);
    $termios->setattr(fileno $slave, POSIX::TCSANOW);
    POSIX::tcflush(fileno $slave, POSIX::TCIFLUSH);
    return close $slave;
}

make_fresh() or die "cannot open $path: $!\n";
put("$path\n");

my $opened    = 0;     # whether somebody has the terminal open, as far as it has been seen
my $waiting   = '';
my $discarded = 0;

until ($ended) {
    my ($readable, $writable) = ('', '');
    vec($readable, 0, 1) = 1;
    vec($readable, fileno $master, 1) = 1 if $opened;
    vec($writable, fileno $master, 1) = 1 if length $waiting;
    my $found = select $readable, $writable, undef, $opened ? undef : $look_s;
    next if $found < 0 && $! == EINTR;
    take_from_caller()   if $found > 0 && vec $readable, 0, 1;
    take_from_terminal() if !$opened || vec $readable, fileno $master, 1;
    give_to_terminal()   if length $waiting;
}
my $target = readlink $link;
unlink $link if defined $target && $target eq $path;

sub take_from_caller {
    my $count = sysread STDIN, my $bytes, 65_536;
    if (!defined $count) {
        $ended = 1 unless $! == EINTR || $! == EAGAIN;
        return;
    }
    $ended = 1 if $count == 0;
    my $room = $waiting_limit - length $waiting;
    if ($count > $room) {
        discard($count - $room, "$waiting_limit wait already and nobody reads");
        $bytes = substr $bytes, 0, $room;
    }
    $waiting .= $bytes;
}

sub take_from_terminal {
    my $count = sysread $master, my $bytes, 65_536;
    if ($count) {
        seen_open();
        put($bytes);
    } elsif (defined $count || $! == EIO) {
        # Nobody has it open (any more).
        return unless $opened;
        $opened = 0;
        discard(length $waiting, 'it was closed before they were read') if length $waiting;
        $waiting = '';
        make_fresh();
        warn "released\n";
    } elsif ($! == EAGAIN) {
        seen_open();
    }
}

sub seen_open {
    warn "opened\n" unless $opened;
    $opened = 1;
}

sub discard {
    my ($count, $why) = @_;
    $discarded += $count;
    warn "discarded $count bytes ($discarded since the beginning): $why\n";
}

# The kernel would keep what is written while nobody has the terminal open, and give it to the next who opens it. On a
# real port it is gone, so that a look comes before each write: reading tells at this very moment whether it is open.
sub give_to_terminal {
    take_from_terminal();
    if (!$opened) {
        discard(length $waiting, 'nobody has the port open') if length $waiting;
        $waiting = '';
        return;
    }
    my $count = syswrite $master, $waiting;
    substr $waiting, 0, $count, '' if defined $count;
}

sub put {
    my ($bytes) = @_;
    while (length $bytes) {
        my $count = syswrite STDOUT, $bytes;
        if (defined $count) {
            substr $bytes, 0, $count, '';
        } elsif ($! != EINTR || $ended) {
            $ended = 1;
            return;
        }
    }
}
