from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digests', '0003_trained_model'),
    ]

    operations = [
        migrations.AddField(
            model_name='digestpaper',
            name='opened_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='opened'),
        ),
    ]
