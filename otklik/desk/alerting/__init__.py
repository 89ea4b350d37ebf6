"""«Мои оповещения»: by which ways one wants to be told of what, one's quiet hours, one's chat with the bot.

Who is told what and when, it does not know: that is otklik/alerts.
"""
