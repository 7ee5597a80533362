package demo

import "crm.example/services/ticket/internal/ticket"

// topic is what tickets are about, in the words of both sides. Everything in it is made up.
type topic struct {
	subject  string
	tags     []string
	question string
	answer   string
	doubt    string // what the client says to it
	remedy   string // the second answer
	note     string // to a colleague
	priority ticket.Priority
}

var topics = []topic{
	{"The bell does not ring", []string{"bell", "warranty"}, "I bought the bell three weeks ago. It rang for two days, and now it only clicks.", "Thank you for telling us. Please turn the small screw under the cap a quarter to the left.", "I did, and it still only clicks.", "Then it is the spring. We send a new bell today, and you may keep the old one.", "Third bell of this series. Somebody should look at the box.", ticket.Normal},
	{"Invoice with the wrong address", []string{"invoice"}, "The invoice of this month shows our old street. Our bookkeeping cannot use it.", "Sorry for that. Which address is right, the one in your profile?", "Yes, the one in the profile.", "Corrected. The new invoice is on its way.", "The address is copied when the order is made. That is why.", ticket.High},
	{"When does my order arrive?", []string{"delivery"}, "I ordered two lamps on Monday, and nobody has written to me since.", "They left our house this morning and are with you in two days.", "Thank you. Can somebody ring before?", "Yes, the driver rings half an hour before.", "The parcel was held for a day: address without a number.", ticket.Normal},
	{"The lamp flickers", []string{"lamp", "warranty"}, "Since yesterday the lamp flickers whenever somebody closes the door.", "This is mostly a loose plug. Please pull it out and push it in again until it clicks.", "It was loose indeed, and it still flickers a little.", "Then please send it back. The label is in your mail.", "Ask for the number on the base before we send one.", ticket.High},
	{"Two of one thing", []string{"delivery", "return"}, "I ordered one saddle and got two. What shall I do with the other?", "That was our mistake. Keep it at the door: our driver takes it along on Friday.", "Friday is fine, after three.", "Noted: Friday after three.", "Stock said one less than there was.", ticket.Low},
	{"I cannot pay by card", []string{"payment"}, "The page says that the card is refused. With other shops it works.", "Please try once more: for an hour our bank answered nobody.", "Now it worked.", "Good to hear. Nothing was booked twice.", "Bank was away from nine to ten.", ticket.Urgent},
	{"Which pump fits?", []string{"advice"}, "Which of your pumps fits narrow tyres?", "The long one, with the small head. The short one does not.", "Does it come with a holder?", "Yes, with two screws.", "Put this on the page of the pump.", ticket.Low},
	{"Order 20-117: please cancel", []string{"return", "payment"}, "I ordered by mistake, the order is 20-117. Please cancel it.", "Done. The money is back within five days.", "It is not there yet.", "The bank says: tomorrow.", "", ticket.Normal},
	{"The page is slow in the evening", []string{"shop"}, "Between seven and eight the shop takes ten seconds for each page.", "We see it too and look for the reason. Thank you for the times: they help.", "Yesterday it was better.", "It was a backup at the wrong hour. It now runs at night.", "Backup moved to three.", ticket.Normal},
	{"A scratch on the frame", []string{"warranty", "delivery"}, "The frame came with a scratch as long as a finger.", "Sorry. Can you send us a word on where it is, and whether the box was open?", "Near the lock, and the box was closed.", "Then it was ours. We take ten percent off, or send another. What do you prefer?", "If she wants another one: there are two left.", ticket.High},
	{"How do I change my email?", []string{"account"}, "I have a new email, and find no place to change it.", "For now you need a new account. Your orders can be moved: just write here.", "Please move them.", "Moved. Everything is there.", "", ticket.Low},
	{"Thank you for the quick help", []string{"praise"}, "I wrote on Tuesday, and on Wednesday the new bell was there. Thank you!", "We are glad. Ride well!", "I will.", "", "Show it to the others.", ticket.Low},
}

// calls are tickets that agents open because somebody rang.
var calls = []topic{
	{"Your call about the delivery", []string{"phone", "delivery"}, "You asked on the phone for another day. The driver comes on Thursday.", "Is Thursday fine?", "Thursday is fine.", "Then it stays so.", "Rang twice, was polite.", ticket.Normal},
	{"Your call about the invoice", []string{"phone", "invoice"}, "As we said on the phone: we send the invoice again, with your number.", "It left today.", "It is here, thank you.", "", "", ticket.Normal},
}

// words of a rating, by its score.
var words = map[int][]string{5: {"Quick and kind.", "", "All good."}, 4: {"", "Good, a day less would be better."}, 3: {"It took long.", ""}, 2: {"I had to ask twice."}, 1: {"Nobody answered for days."}}

// savedReplies are what the admin keeps for all.
var savedReplies = []ticket.SavedReply{
	{Name: "Thanks", Text: "Thank you for telling us. We look into it today."},
	{Name: "Number on the base", Text: "Please send us the number on the base. It begins with two letters."},
	{Name: "Return", Text: "Please send it back. The label is in your mail, and the way costs you nothing."},
}
