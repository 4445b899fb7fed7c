#!/usr/bin/env perl
# rename.pl FROM TO PROGRAM: the folder services/wish and its scenes once more under the id "hope", with every question of every
# form, every element and flow of the process, every setting and fact, and the roles the service brings renamed, and one
# task more (somebody registers a wish before it is judged). Nothing in the program may know a wish by its words.
#   FROM/services/wish FROM/tests/scenes/{wish-*.scene,town.inc}  ->  TO/hope TO/scenes
# The workbooks of the forms are renamed as what they become: XForms, by PROGRAM form convert.
# Words of the house stay: staff, resident, the messages reopened/withdrawn/merged, settings, completedBy.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use File::Basename;
use File::Path qw(make_path);

my ($from, $to, $program) = @ARGV;
make_path("$to/hope/i18n", "$to/hope/print", "$to/scenes");

sub slurp { my $path = shift; local $/; open my $f, '<', $path or die "$path: $!"; return scalar <$f> }
sub spill { my ($path, $text) = @_; open my $f, '>', $path or die "$path: $!"; print $f $text }

# /data/item[1]/what -> /data/q_item[1]/q_what; what follows the last segment (":label", "=5") stays.
sub paths {
    my $s = shift;
    $s =~ s{/data((?:/(?!meta\b)[A-Za-z0-9][\w-]*(?:\[\d+\]|%)?)+)}{ my $p = $1; $p =~ s!/!/q_!g; "/data$p" }ge;
    return $s;
}

# ---- forms: the elements of the instance and relative paths too
my %variable; # questions that the process may read
sub form {
    my $s = paths(shift);
    $s =~ s{(<data id=)(.*?)(</data>)}{
        my ($head, $inner, $tail) = ($1, $2, $3);
        $inner =~ s!<(/?)(?\!meta\b|instanceID)([a-z]\w*)!$variable{$2} = 1; "<$1q_$2"!ge;
        "$head$inner$tail" }se;
    $s =~ s{\.\./([a-z]\w*)}{../q_$1}g;
    return $s;
}

# ---- the process: ids of everything, variables inside expressions, roles
my %role = (member => 'volunteer', partner => 'ally');
my %element;
# Words of a path are not variables: the paths of this folder's own forms are renamed by own_paths, another service's stay.
sub expression { my $s = shift; $s =~ s{(?<![\w/])(\w+)\b}{$variable{$1} ? "q_$1" : $1}ge; return $s }
sub own_paths {
    my $s = shift;
    $s =~ s{(<bpmn:serviceTask .*?</bpmn:serviceTask>)}{ my $t = $1; $t =~ /key="service"/ ? $t : paths($t) }gse;
    return $s;
}
sub process {
    my $s = shift;
    $s =~ s{<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>}{}s;
    $s = own_paths($s);
    $element{$1} = 1 while $s =~ /<bpmn:\w+ id="([\w-]+)"/g;
    $s =~ s/\b(id|sourceRef|targetRef|attachedToRef|default|messageRef|errorRef)="([\w-]+)"/my ($a, $i) = ($1, $2); $element{$i} ? qq($a="e_$i") : qq($a="$i")/ge;
    $s =~ s{<bpmn:(incoming|outgoing)>([\w-]+)<}{<bpmn:$1>e_$2<}g;
    $s =~ s/(name="lingban:fourEyes" value=")(\w+)/$1e_$2/g;
    $s =~ s/(source="=)([^"]*)"/$1 . expression($2) . '"'/ge;
    $s =~ s/(inputCollection="=)([^"]*)"/$1 . expression($2) . '"'/ge;
    $s =~ s/(target=")(\w+)"/$1 . expression($2) . '"'/ge;
    $s =~ s{(xsi:type="bpmn:tFormalExpression">=)([^<]*)<}{$1 . expression($2) . '<'}ge;
    $s =~ s/(candidateGroups=")([\w,]+)"/my ($a, $g) = ($1, $2); $g =~ s!(\w+)!$role{$1} || $1!ge; qq($a$g")/ge;
    my $task = '<bpmn:userTask id="e_register" name="登记编号"><bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups="staff" />'
        . '<zeebe:properties><zeebe:property name="lingban:deadlineWorkingDays" value="1" /></zeebe:properties></bpmn:extensionElements>'
        . '<bpmn:incoming>e_f-registered</bpmn:incoming><bpmn:outgoing>e_f-numbered</bpmn:outgoing></bpmn:userTask>'
        . '<bpmn:sequenceFlow id="e_f-numbered" sourceRef="e_register" targetRef="e_eligibility" />';
    $s =~ s{(id="e_f-registered" sourceRef="e_registered" targetRef=")e_eligibility}{$1e_register} or die "no flow to the new task";
    $s =~ s{(<bpmn:businessRuleTask id="e_eligibility".*?)<bpmn:incoming>e_f-registered}{$1<bpmn:incoming>e_f-numbered}s or die "no way from the new task";
    $s =~ s{(</bpmn:startEvent>)}{$1$task};
    return $s;
}

# ---- rules, queries, words, service.yaml
my %setting = (ceiling_fen => 's_ceiling', again_after_days => 's_again', last_same_kind_days => 'f_days');
sub rules { my $s = shift; $s =~ s/\b(\w+)\b/$setting{$1} || (($variable{$1} && $1 ne 'text' && $1 ne 'name') ? "q_$1" : $1)/ge; return $s }
sub queries {
    my $s = paths(shift);
    $s =~ s/\b(\w+)\b/$setting{$1} || $1/ge;
    $s =~ s/'(claim|deliver)'/'e_$1'/g;
    return $s;
}
sub yaml {
    my $s = paths(shift);
    $s =~ s/^id: wish$/id: hope\nroles: [volunteer, ally]/m or die "no id";
    $s =~ s/\b(\w+)\b/$setting{$1} || $1/ge;
    $s =~ s/^(    task: )/$1e_/mg;
    $s =~ s/\banswer\.(?=\w)/answer.q_/g;
    $s =~ s/\.xlsx\b/.xml/g;
    $s =~ s/^case:$/case:\n  rating: q_rating/m or die "no case";
    return $s;
}

my $wish = "$from/services/wish";
for my $path (glob "$wish/*.xlsx") {
    my $xform = "$to/hope/" . basename($path, '.xlsx') . '.xml';
    system($program, qw(form convert), $path, $xform) == 0 or die "$path does not become a form";
    spill($xform, form(slurp($xform)));
}
delete @variable{qw(name where unit)}; # words of FEEL, DMN and the rules' own context, and no variables of this process
spill("$to/hope/process.bpmn", process(slurp("$wish/process.bpmn")));
delete @variable{qw(text note how age day place)};
spill("$to/hope/eligibility.dmn", rules(slurp("$wish/eligibility.dmn")));
spill("$to/hope/$_", queries(slurp("$wish/$_"))) for qw(facts.sql reports.sql);
spill("$to/hope/$_", slurp("$wish/$_")) for 'i18n/en.po', 'print/slip.html', 'print/thanks.html';
spill("$to/hope/service.yaml", yaml(slurp("$wish/service.yaml")));

# ---- scenes: names of elements where a step or an expectation says them; the new task after each opening
sub scene_line {
    my $l = paths(shift);
    $l =~ s{^(include )tests/scenes/}{$1$to/scenes/};
    $l =~ s{^deploy services/wish}{deploy $to/hope};
    $l =~ s{^((?:refused [\w.-]+: )?open \w[\w-]* )wish}{$1hope};
    $l =~ s/^((?:refused [\w.-]+: )?(?:claim|complete|give-back|hand-over|urge) \w+ )([\w-]+)/$1e_$2/;
    $l =~ s/^(expect \w+ (?:stage|tasks|item|outcome|holder) )([\w-]+)/my ($a, $e) = ($1, $2); $element{$e} && $e !~ m!^(?:withdrawn|merged)$! ? $a . "e_$e" : "$a$e"/e;
    $l =~ s/^(expect (?:wall|report) )wish/$1hope/;
    $l =~ s/^((?:account|role) \w+ )(member|partner)\b/$1$role{$2}/;
    $l .= "complete $1 e_register by wang\n" if $l =~ /^open ([\w-]+) hope/;
    return $l;
}
for my $path (glob("$from/tests/scenes/wish-*.scene"), "$from/tests/scenes/town.inc") {
    my $name = basename($path);
    $name =~ s/^wish/hope/;
    spill("$to/scenes/$name", join '', map { scene_line($_) } split /(?<=\n)/, slurp($path));
}
