
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_talk'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('papers:read', 'read papers'), ('papers:write', 'bring in papers'), ('votes:write', 'upvote papers'), ('reading:read', 'see what I read and want to read'), ('reading:write', 'say what I read and want to read'), ('lists:read', "read my lists and my teams'"), ('lists:write', "change my lists and my teams'"), ('comments:read', 'read comments, also in my teams'), ('comments:write', 'comment in my name'), ('digests:read', 'read my digests'), ('digests:write', "change my digest's settings and send it"), ('teams:read', 'see my teams, their people and what they do'), ('teams:write', 'change my teams and who is in them'), ('notices:read', 'read my inbox'), ('notices:write', 'mark notices as read')], max_length=32), size=None),
        ),
    ]
