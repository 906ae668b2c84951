import django.utils.timezone
from django.db import migrations, models

from core.create_together import CreateTogether


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [CreateTogether([
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='checked at')),
                ('seals', models.PositiveIntegerField(verbose_name='seals')),
                ('entries', models.PositiveBigIntegerField(verbose_name='sealed entries')),
                ('unsealed', models.PositiveBigIntegerField(verbose_name='entries after the last seal')),
                ('last_seal', models.PositiveBigIntegerField(null=True, verbose_name='last seal')),
                ('last_digest', models.CharField(blank=True, max_length=64, verbose_name='digest of the last seal')),
                ('fault', models.CharField(blank=True, choices=[('changed', 'Entry %(entry)s was changed after seal %(seal)s covered it.'), ('removed', 'Entry %(entry)s, which seal %(seal)s covers, was removed.'), ('inserted', 'Entry %(entry)s was not written by this portal, or was changed.'), ('copied', 'Entry %(entry)s is a copy of another.'), ('seal', 'Seal %(seal)s was changed, or was not made by this portal.'), ('chain', 'The seal before seal %(seal)s was removed or exchanged.'), ('unsigned', "Seal %(seal)s does not bear the signature of the trail's key."), ('last_seal', 'Seal %(seal)s, the last one at the check before, is gone.'), ('head_key', 'The public key %(about)s of the trail was not put there by this portal.'), ('check_gone', 'A check of the trail is gone: %(about)s.'), ('anchor', 'Seal %(seal)s, which was anchored outside, is gone or another: entries or seals were removed, or the database is an older copy.'), ('guard', 'The database lacks what keeps it from being changed: %(about)s.')], max_length=20, verbose_name='fault')),
                ('fault_entry', models.BigIntegerField(null=True, verbose_name='entry at fault')),
                ('fault_seal', models.PositiveBigIntegerField(null=True, verbose_name='seal at fault')),
                ('fault_about', models.TextField(blank=True, verbose_name='what is at fault')),
            ],
            options={
                'verbose_name': 'check of the trail',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HeadKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=16, unique=True, verbose_name='name')),
                ('public', models.CharField(max_length=44, unique=True, verbose_name='public key')),
                ('endorsement', models.CharField(blank=True, max_length=88, verbose_name='signature of the key before')),
                ('key', models.PositiveSmallIntegerField(verbose_name='version of the key')),
                ('mac', models.CharField(max_length=64, verbose_name='MAC')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
            options={
                'verbose_name': 'public key of the trail',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='KeyFingerprint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='key')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
            ],
            options={
                'verbose_name': 'fingerprint of a key',
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_entry', models.PositiveBigIntegerField(unique=True, verbose_name='first entry')),
                ('last_entry', models.PositiveBigIntegerField(unique=True, verbose_name='last entry')),
                ('entries', models.JSONField(verbose_name='digests of its entries')),
                ('size', models.PositiveIntegerField(verbose_name='number of entries')),
                ('key', models.PositiveSmallIntegerField(verbose_name='version of the key')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('previous_digest', models.CharField(max_length=64, unique=True, verbose_name='previous digest')),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sealed at')),
                ('signature', models.CharField(blank=True, max_length=88, verbose_name='signature')),
                ('signed_with', models.CharField(blank=True, max_length=16, verbose_name='signed with key')),
            ],
            options={
                'verbose_name': 'seal',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_entry__lte', models.F('last_entry'))), name='seal_covers_a_run')],
            },
        ),
        migrations.CreateModel(
            name='KeyRotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('key', models.CharField(choices=[('data', 'data key'), ('sign', 'signing key'), ('year', 'key of a year'), ('trail', 'key of the trail')], max_length=5, verbose_name='key')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun at')),
                ('state', models.CharField(choices=[('waiting', 'waiting for the worker'), ('running', 'being encrypted anew'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=10, verbose_name='state')),
                ('closed_anew', models.PositiveBigIntegerField(default=0, verbose_name='encrypted anew')),
                ('forgotten_at', models.DateTimeField(null=True, verbose_name='former versions taken away at')),
            ],
            options={
                'verbose_name': 'change of keys',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='rotation_once_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Anchored',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500, unique=True, verbose_name='place')),
                ('seal', models.PositiveBigIntegerField(null=True, verbose_name='seal')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='digest')),
                ('at', models.DateTimeField(null=True, verbose_name='written at')),
                ('tried_at', models.DateTimeField(verbose_name='tried at')),
                ('failure', models.CharField(blank=True, max_length=500, verbose_name='why it could not be written')),
            ],
            options={
                'verbose_name': 'anchor of the trail',
                'ordering': ['address'],
            },
        ),
        migrations.AddField(
            model_name='keyrotation',
            name='former_until',
            field=models.DateTimeField(null=True, verbose_name='the former version counts until'),
        ),
        migrations.AddField(
            model_name='keyrotation',
            name='head',
            field=models.CharField(blank=True, max_length=64, verbose_name='digest of the last seal before'),
        ),
        migrations.AlterField(
            model_name='check',
            name='fault',
            field=models.CharField(blank=True, choices=[('changed', 'Entry %(entry)s was changed after seal %(seal)s covered it.'), ('removed', 'Entry %(entry)s, which seal %(seal)s covers, was removed.'), ('inserted', 'Entry %(entry)s was not written by this portal, or was changed.'), ('copied', 'Entry %(entry)s is a copy of another.'), ('former_key', 'Entry %(entry)s was made with a former key of the trail, after the change of keys.'), ('former_seal', 'Seal %(seal)s was made or signed with a former key of the trail, after the change of keys.'), ('key_change', 'The trail does not tell of the change to version %(about)s of its key, or lacks what was sealed before it: entries were removed, the database is an older copy, or the change was broken off (./portal rotate-keys trail goes on with it).'), ('seal', 'Seal %(seal)s was changed, or was not made by this portal.'), ('chain', 'The seal before seal %(seal)s was removed or exchanged.'), ('unsigned', "Seal %(seal)s does not bear the signature of the trail's key."), ('last_seal', 'Seal %(seal)s, the last one at the check before, is gone.'), ('head_key', 'The public key %(about)s of the trail was not put there by this portal.'), ('check_gone', 'A check of the trail is gone: %(about)s.'), ('anchor', 'Seal %(seal)s, which was anchored outside, is gone or another: entries or seals were removed, or the database is an older copy.'), ('guard', 'The database lacks what keeps it from being changed: %(about)s.')], max_length=20, verbose_name='fault'),
        ),
        migrations.AddConstraint(
            model_name='keyrotation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('former_until__isnull', False), ('key', 'trail'), models.Q(('head', ''), _negated=True)), models.Q(models.Q(('key', 'trail'), _negated=True), ('former_until', None), ('head', '')), _connector='OR'), name='rotation_of_the_trail_says_since_when'),
        ),
    ])]
